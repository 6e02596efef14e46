import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { dataDirLockPath } from "./data-dir-lock.js";
import { readJsonOrNull, writePrivateFile } from "./process/private-file.js";
import { lockHolder } from "./process/process-lock.js";

const devFileSchema = z.object({
  database_url: z.string(),
  temporal_address: z.string(),
  temporal_ui_url: z.string(),
  /** Absent where nobody serves the API. */
  api_url: z.string().optional(),
  pid: z.int(),
});

/** What a running `refill dev` tells the other commands. Contains the database's password: never print it whole. */
export type DevFile = z.infer<typeof devFileSchema>;

/** Where the dev file of a data dir is. */
export function devFilePath(dataDir: string): string {
  return join(dataDir, "dev.json");
}

/**
 * The dev file, when the process that wrote it still runs and holds the data dir; null when there is none, or a stale
 * one that a killed process left behind.
 */
export async function readDevFile(dataDir: string): Promise<DevFile | null> {
  const parsed = devFileSchema.safeParse(
    await readJsonOrNull(devFilePath(dataDir)),
  );
  if (!parsed.success) return null;
  const holder = await lockHolder(dataDirLockPath(dataDir));
  return holder?.pid === parsed.data.pid ? parsed.data : null;
}

/** Writes the dev file, readable by its owner only. To be called by the process that holds the data dir. */
export async function writeDevFile(
  dataDir: string,
  content: DevFile,
): Promise<void> {
  await writePrivateFile(
    devFilePath(dataDir),
    `${JSON.stringify(content, null, 2)}\n`,
  );
}

/** Removes the dev file; no error when it is gone already. */
export async function removeDevFile(dataDir: string): Promise<void> {
  await rm(devFilePath(dataDir), { force: true });
}
