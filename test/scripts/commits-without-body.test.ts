import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

interface CommitsWithoutBody {
  readonly commitsWithoutBody: (request: {
    readonly cwd: string;
    readonly since: string;
  }) => Promise<{
    readonly skipped: string | null;
    readonly problems: readonly string[];
  }>;
}

const script = join(
  import.meta.dirname,
  "../../scripts/commits-without-body.mjs",
);
let folder: string;
let since: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "refill-commits-"));
  git("init", "--quiet");
  since = commit("Begin", 1);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a commit of more than 20 lines without a body is named, with its lines", async () => {
  commit("Change little", 20);
  const hash = commit("Change much", 21);
  expect(await problems()).toEqual([
    expect.stringMatching(
      `^${hash.slice(0, 7)}\\w* changes 21 lines and has no body: Change much\\.`,
    ),
  ]);
});

test("lines that are removed count too", async () => {
  commit("Add\n\nBecause the test removes it.", 21);
  const before = git("rev-parse", "HEAD").trim();
  git("rm", "--quiet", "21.txt");
  git("commit", "--quiet", "--message", "Remove");
  expect(await problemsSince(before)).toEqual([
    expect.stringContaining("changes 21 lines and has no body: Remove."),
  ]);
});

test("a body is enough, but not the trailers that tools add", async () => {
  commit("Change much\n\nIt was wrong.", 30);
  expect(await problems()).toEqual([]);
  commit("Change more\n\nSigned-off-by: A <a@example.org>", 40);
  expect(await problems()).toHaveLength(1);
});

test("commits up to the given one are as they are", async () => {
  commit("Change much", 30);
  expect(await problemsSince(git("rev-parse", "HEAD").trim())).toEqual([]);
});

test("a history that does not reach the given commit is skipped, and so is a folder without one", async () => {
  commit("Change much", 30);
  const shallow = mkdtempSync(join(tmpdir(), "refill-shallow-"));
  try {
    const { commitsWithoutBody } = await load();
    expect(await commitsWithoutBody({ cwd: shallow, since })).toEqual({
      skipped: "this is no Git checkout",
      problems: [],
    });
    git("clone", "--quiet", "--depth=1", `file://${folder}`, shallow);
    expect(await commitsWithoutBody({ cwd: shallow, since })).toEqual({
      skipped: `the history does not reach ${since}`,
      problems: [],
    });
  } finally {
    rmSync(shallow, { recursive: true, force: true });
  }
});

/** Commits a new file of so many lines. */
function commit(message: string, lines: number): string {
  writeFileSync(join(folder, `${lines}.txt`), "a line\n".repeat(lines));
  git("add", ".");
  git("commit", "--quiet", "--message", message);
  return git("rev-parse", "HEAD").trim();
}

/** Git as it comes: neither the machine's settings nor the repository that the tests lie in. */
function git(...args: readonly string[]): string {
  return execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "A Test",
      GIT_AUTHOR_EMAIL: "test@example.org",
      GIT_COMMITTER_NAME: "A Test",
      GIT_COMMITTER_EMAIL: "test@example.org",
    },
  });
}

async function problems(): Promise<readonly string[]> {
  return problemsSince(since);
}

async function problemsSince(from: string): Promise<readonly string[]> {
  const { commitsWithoutBody } = await load();
  return (await commitsWithoutBody({ cwd: folder, since: from })).problems;
}

async function load(): Promise<CommitsWithoutBody> {
  return (await import(script)) as CommitsWithoutBody;
}
