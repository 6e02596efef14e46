import { randomUUID } from "node:crypto";
import { chmod, chown, mkdir, realpath, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readFileOrNull, writePrivateFile } from "../process/private-file.js";
import { canEnter, type ServerUser } from "./server-user.js";
import { systemFolder } from "./system-folder.js";

/**
 * The folder that holds the cluster, owned by the server's user: `postgres` in the data dir, or, when that user can't
 * enter the data dir, a folder of its own in the system's folder, to which `postgres-home` in the data dir points.
 */
export async function clusterHome({
  dataDir,
  user,
  say,
}: {
  readonly dataDir: string;
  readonly user: ServerUser | null;
  readonly say: (line: string) => void;
}): Promise<string> {
  const pointed = await pointedHome(dataDir);
  const inside = pointed === null && canEnter(user, dataDir);
  const home = inside
    ? join(dataDir, "postgres")
    : (pointed ?? join(systemFolder, `cluster-${randomUUID()}`, "postgres"));
  if (!inside) await prepareOutside({ dataDir, home, isNew: pointed === null });
  if (!inside) say(`Postgres: keeps its data in ${home}, which it can enter`);
  await mkdir(home, { recursive: true, mode: 0o700 });
  if (user !== null) await chown(home, user.uid, user.gid);
  return home;
}

/** Removes the cluster of a data dir that is about to be deleted, wherever it is. Its server must be stopped. */
export async function removeClusterHome(dataDir: string): Promise<void> {
  const pointed = await pointedHome(dataDir);
  await rm(join(dataDir, "postgres"), { recursive: true, force: true });
  if (pointed === null || dirname(dirname(pointed)) !== systemFolder) return;
  await rm(dirname(pointed), { recursive: true, force: true });
}

/** The folder says which data dir it belongs to, so that people can tell what they may delete. */
async function prepareOutside({
  dataDir,
  home,
  isNew,
}: {
  readonly dataDir: string;
  readonly home: string;
  readonly isNew: boolean;
}): Promise<void> {
  for (const folder of [systemFolder, dirname(home)]) {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
  }
  await writePrivateFile(
    join(dirname(home), "data-dir"),
    `${await realpath(dataDir)}\n`,
  );
  if (isNew) await writePrivateFile(pointerPath(dataDir), `${home}\n`);
}

async function pointedHome(dataDir: string): Promise<string | null> {
  const text = await readFileOrNull(pointerPath(dataDir));
  return text === null ? null : text.trim();
}

function pointerPath(dataDir: string): string {
  return join(dataDir, "postgres-home");
}
