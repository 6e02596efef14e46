import { join } from "node:path";
import { z } from "zod";
import { readJsonOrNull, writePrivateFile } from "./process/private-file.js";

const processSchema = z.object({ pid: z.int(), startedAt: z.string() });
const serverSchema = z.object({
  ports: z.array(z.int()),
  /** The keeper and the server themselves, while they run. */
  processes: z.array(processSchema),
});
const recordsSchema = z.object({
  postgres: serverSchema,
  temporal: serverSchema,
});

/** What `servers.json` in the data dir remembers: the ports, to have the same again, and who runs, to stop leftovers. */
export type ServerRecords = z.infer<typeof recordsSchema>;
export type ServerRecord = z.infer<typeof serverSchema>;

const nothing: ServerRecords = {
  postgres: { ports: [], processes: [] },
  temporal: { ports: [], processes: [] },
};

/** The records of the data dir; empty ones when there are none, or none that can be read. */
export async function readServerRecords(
  dataDir: string,
): Promise<ServerRecords> {
  const parsed = recordsSchema.safeParse(
    await readJsonOrNull(recordsPath(dataDir)),
  );
  return parsed.success ? parsed.data : nothing;
}

/** Replaces the records of the data dir. */
export async function writeServerRecords(
  dataDir: string,
  records: ServerRecords,
): Promise<void> {
  await writePrivateFile(recordsPath(dataDir), JSON.stringify(records));
}

function recordsPath(dataDir: string): string {
  return join(dataDir, "servers.json");
}
