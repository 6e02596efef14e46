import { mkdir, realpath } from "node:fs/promises";
import { dirname, sep } from "node:path";
import { RefillError } from "../../../domain/errors.js";
import { codeOf } from "./file-error.js";
import { syncFolder } from "./sync-folder.js";

/**
 * Makes the folder that a path lies in, durably, and makes sure that no link leads out of the root.
 * @throws RefillError DESTINATION_FORBIDDEN, and whatever the file system reports
 */
export async function enterFolder(
  root: string,
  path: string,
  { create = true }: { readonly create?: boolean } = {},
): Promise<void> {
  const folder = dirname(path);
  if (create) {
    await makeFolder(root); // so that it has a real path to compare with
    await forbidOutside(root, await nearestExisting(folder));
    await makeFolder(folder);
  }
  await forbidOutside(root, folder);
}

async function forbidOutside(root: string, folder: string): Promise<void> {
  const [realRoot, realFolder] = await Promise.all([
    realpath(root),
    realpath(folder),
  ]);
  const rootPrefix = realRoot.endsWith(sep) ? realRoot : `${realRoot}${sep}`;
  if (`${realFolder}${sep}`.startsWith(rootPrefix)) return;
  throw new RefillError(
    "DESTINATION_FORBIDDEN",
    `Expected ${folder} inside the worker's files root, but a link leads out of it. Remove the link or choose another path.`,
  );
}

async function nearestExisting(folder: string): Promise<string> {
  try {
    await realpath(folder);
    return folder;
  } catch (error) {
    const parent = dirname(folder);
    if (codeOf(error) !== "ENOENT" || parent === folder) throw error;
    return nearestExisting(parent);
  }
}

/** A folder is there after a crash only once the folder that names it is on the disk. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}
