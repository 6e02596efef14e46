import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RefillError } from "../../domain/errors.js";
import { readFileOrNull, writePrivateFile } from "../process/private-file.js";
import type { ServerUser } from "./server-user.js";

/** The superuser of an embedded cluster, and the name of its database. */
export const clusterSuperuser = "refill";
export const clusterDatabase = "refill";

const majorVersion = "18";

export interface Cluster {
  readonly folder: string;
  readonly password: string;
}

/**
 * The cluster below `home`, made on the first call: UTF-8, sorted by code point on every system alike, passwords by
 * SCRAM. The password is kept in the data dir, readable by its owner only.
 * @throws RefillError SERVERS_NOT_STARTED when initdb fails, or another version made the cluster
 */
export async function ensureCluster({
  dataDir,
  home,
  binaries,
  user,
  say,
}: {
  readonly dataDir: string;
  readonly home: string;
  readonly binaries: string;
  readonly user: ServerUser | null;
  readonly say: (line: string) => void;
}): Promise<Cluster> {
  const folder = join(home, "data");
  const version = await readFileOrNull(join(folder, "PG_VERSION"));
  const passwordPath = join(dataDir, "postgres-password");
  if (version === null) {
    say("Postgres: making the database cluster (first start only)");
    const password = randomBytes(24).toString("hex");
    await writePrivateFile(passwordPath, `${password}\n`);
    await initialise({ folder, home, binaries, user, password });
    return { folder, password };
  }
  const password = await readFileOrNull(passwordPath);
  if (version.trim() === majorVersion && password !== null) {
    return { folder, password: password.trim() };
  }
  throw new RefillError(
    "SERVERS_NOT_STARTED",
    password === null
      ? `Expected the cluster's password in ${passwordPath}, found no such file: restore it, or give another --data-dir.`
      : `Expected a cluster of Postgres ${majorVersion} in ${folder}, found one of ${version.trim()}: give another --data-dir.`,
  );
}

/** initdb works in a folder of another name: a start that was killed half-way leaves no half-made cluster behind. */
async function initialise({
  folder,
  home,
  binaries,
  user,
  password,
}: {
  readonly folder: string;
  readonly home: string;
  readonly binaries: string;
  readonly user: ServerUser | null;
  readonly password: string;
}): Promise<void> {
  const unfinished = join(home, "data.unfinished");
  const passwordFile = join(home, "initial-password");
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600, flag: "wx" });
  if (user !== null) await chown(passwordFile, user.uid, user.gid);
  try {
    await runInitdb({
      initdb: join(binaries, "bin", "initdb"),
      args: [
        "--pgdata",
        unfinished,
        "--username",
        clusterSuperuser,
        "--auth",
        "scram-sha-256",
        "--pwfile",
        passwordFile,
        "--encoding",
        "UTF8",
        "--locale",
        "C",
        "--locale-provider",
        "builtin",
        "--builtin-locale",
        "C.UTF-8",
      ],
      user,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, folder);
}

function runInitdb({
  initdb,
  args,
  user,
}: {
  readonly initdb: string;
  readonly args: readonly string[];
  readonly user: ServerUser | null;
}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(initdb, args, {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "pipe"],
      ...(user ?? {}),
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-1_000);
      });
    }
    child.once("error", (error) => {
      reject(initdbFailed(error.message));
    });
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(initdbFailed(output.trim().replaceAll("\n", " | ")));
    });
  });
}

function initdbFailed(output: string): RefillError {
  return new RefillError(
    "SERVERS_NOT_STARTED",
    `Expected initdb to make the database cluster, it failed: ${output}`,
  );
}
