import { spawn } from "node:child_process";

/** A `temporal` binary that runs, and the version of the server inside. */
export interface TemporalBinary {
  /** A path, or `temporal` for the one on PATH. */
  readonly command: string;
  readonly serverVersion: string;
  /** Where it was found, for people. */
  readonly origin: string;
}

/**
 * The oldest server that the project is tested with.
 * @internal for tests
 */
export const minServerVersion = "1.29.0";

/** What `temporal --version` answered, judged. */
export type VersionCheck =
  | { readonly state: "usable"; readonly serverVersion: string }
  | { readonly state: "absent" }
  | { readonly state: "unusable"; readonly reason: string };

/** Runs `COMMAND --version` (10 s at most) and compares the server's version with the oldest usable one. */
export async function checkTemporalVersion(
  command: string,
): Promise<VersionCheck> {
  const output = await versionOutput(command);
  if (output === null) return { state: "absent" };
  const version = /Server (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) {
    return {
      state: "unusable",
      reason: `it does not tell its server's version (${output.slice(0, 80)})`,
    };
  }
  return isAtLeast(version, minServerVersion)
    ? { state: "usable", serverVersion: version }
    : {
        state: "unusable",
        reason: `its server is ${version}, ${minServerVersion} or newer is needed`,
      };
}

const versionTimeoutMs = 10_000;

function versionOutput(command: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, ["--version"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    // spawn's own `timeout` keeps its timer, and this program, alive for 10 s when there is no such command.
    const timer = setTimeout(() => child.kill("SIGKILL"), versionTimeoutMs);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(isAbsent(command, error.code) ? null : error.message);
    });
    child.once("close", () => {
      clearTimeout(timer);
      resolve(output.trim());
    });
  });
}

/** A name without a slash is looked up on PATH, where a folder that the user can't enter gives EACCES: not there either. */
function isAbsent(command: string, code: string | undefined): boolean {
  return code === "ENOENT" || (code === "EACCES" && !command.includes("/"));
}

function isAtLeast(version: string, minimum: string): boolean {
  const wanted = minimum.split(".").map(Number);
  const got = version.split(".").map(Number);
  const differing = wanted.findIndex((part, index) => part !== got[index]);
  return differing === -1 || (got[differing] ?? 0) > (wanted[differing] ?? 0);
}
