import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A commit that changes more lines than this, added and removed, has a body. */
const mostLines = 20;

/** Lines that tools add to a message: they give no reason. */
const trailer = /^(signed-off-by|co-authored-by|reviewed-by|change-id): /i;

/**
 * The commits after `since` that change more than 20 lines and have no body, a line each. Merges are not looked at.
 * `skipped` says why nothing could be looked at: no Git, no repository, or a history that begins after `since`.
 */
export async function commitsWithoutBody({ cwd, since }) {
  const git = async (...args) => {
    const { stdout } = await run("git", args, { cwd, maxBuffer: 1024 ** 3 });
    return stdout;
  };
  try {
    await git("rev-parse", "--git-dir");
  } catch {
    return { skipped: "this is no Git checkout", problems: [] };
  }
  try {
    await git("merge-base", "--is-ancestor", since, "HEAD");
  } catch {
    return { skipped: `the history does not reach ${since}`, problems: [] };
  }
  const log = await git(
    "log",
    "--no-merges",
    "--numstat",
    "--format=%x00%h%x01%s%x01%b%x01",
    `${since}..HEAD`,
  );
  return {
    skipped: null,
    problems: log.split("\0").slice(1).flatMap(problemOf),
  };
}

function problemOf(entry) {
  const [hash, subject, body, numstat] = entry.split("\x01");
  const lines = linesChanged(numstat);
  if (lines <= mostLines || hasReason(body)) return [];
  return [
    `${hash} changes ${lines} lines and has no body: ${subject}. Say what the problem was, and why this is safe.`,
  ];
}

/** `12\t3\tpath` a line; binary files have dashes, and count as nothing. */
function linesChanged(numstat) {
  return [...numstat.matchAll(/^(\d+)\t(\d+)\t/gm)].reduce(
    (sum, [, added, removed]) => sum + Number(added) + Number(removed),
    0,
  );
}

function hasReason(body) {
  return body
    .split("\n")
    .some((line) => line.trim() !== "" && !trailer.test(line));
}
