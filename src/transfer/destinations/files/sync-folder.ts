import { open } from "node:fs/promises";

/** Makes the names in a folder durable. @throws whatever the file system reports */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
