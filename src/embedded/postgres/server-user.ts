import { spawnSync } from "node:child_process";
import { RefillError } from "../../domain/errors.js";

/** The OS user that Postgres runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root. Packages of most systems make this user. */
const userName = "postgres";

/**
 * null for an ordinary user: Postgres runs as that user. For root the OS user `postgres`, created when it is missing.
 * @throws RefillError SERVERS_NOT_STARTED when it can't be created
 */
export function postgresUser(say: (line: string) => void): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const existing = lookUp();
  if (existing !== null) return existing;
  say(`Postgres: does not run as root; creating the OS user ${userName}`);
  const created = spawnSync(
    "useradd",
    [
      "--system",
      "--user-group",
      "--no-create-home",
      "--shell",
      "/bin/false",
      userName,
    ],
    { encoding: "utf8" },
  );
  const user = lookUp();
  if (user !== null) return user;
  throw new RefillError(
    "SERVERS_NOT_STARTED",
    `Expected an OS user ${userName} for Postgres, which does not run as root, and useradd failed ` +
      `(${created.error?.message ?? created.stderr.trim()}): create that user, or run as an ordinary user.`,
  );
}

/** Whether that user can enter the folder: true for its own processes (null). */
export function canEnter(user: ServerUser | null, folder: string): boolean {
  if (user === null) return true;
  const tried = spawnSync("/bin/sh", ["-c", 'cd -- "$1"', "sh", folder], {
    cwd: "/",
    stdio: "ignore",
    ...user,
  });
  return tried.status === 0;
}

function lookUp(): ServerUser | null {
  const [uid, gid] = ["-u", "-g"].map((flag) => {
    const id = spawnSync("id", [flag, userName], { encoding: "utf8" });
    return id.status === 0 ? Number(id.stdout.trim()) : null;
  });
  return uid == null || gid == null ? null : { uid, gid };
}
