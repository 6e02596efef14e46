import { join } from "node:path";
import { z } from "zod";
import { freePort } from "./process/free-ports.js";
import { readJsonOrNull, writePrivateFile } from "./process/private-file.js";

const fileSchema = z.object({ port: z.int() });

/** The port that the API of this data dir had before, so that links last; a free one where it had none, or that is taken. */
export async function rememberedApiPort(dataDir: string): Promise<number> {
  const path = join(dataDir, "api.json");
  const parsed = fileSchema.safeParse(await readJsonOrNull(path));
  const preferred = parsed.success ? parsed.data.port : null;
  const port = await freePort({ preferred, taken: [] });
  if (port !== preferred)
    await writePrivateFile(path, JSON.stringify({ port }));
  return port;
}
