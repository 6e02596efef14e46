import { unlink } from "node:fs/promises";
import { isAbsolute, join, normalize, resolve, sep } from "node:path";
import { RefillError } from "../../../domain/errors.js";
import type {
  Destination,
  StagedDescriptor,
  StagedWriter,
} from "../../destination.js";
import { probeDestination } from "../probe-destination.js";
import { enterFolder } from "./enter-folder.js";
import { fileError } from "./file-error.js";
import { FileWriter } from "./file-writer.js";
import {
  isAbsent,
  listFiles,
  readFileBytes,
  statFile,
} from "./stored-files.js";

export interface FilesPlace {
  /** The definition's folder below the root. */
  readonly folder: string;
  /** The worker's files root, absolute. */
  readonly filesRoot: string;
}

/**
 * Files in a folder below the worker's files root. A staged file lies hidden beside its final name, `.NAME.TOKEN.partial`,
 * so that publishing is a rename. Folders are made as needed and left when empty.
 * @throws RefillError DESTINATION_FORBIDDEN when the folder is outside the root
 */
export function filesDestination(place: FilesPlace): Destination {
  const folder = below(place.filesRoot, place.folder);
  const identity = `files:${folder}`;
  const destination: Destination = {
    identity,
    replacesIntervals: false,
    describeStaged: (key, token) => ({
      type,
      identity,
      folder: place.folder,
      key,
      token,
    }),
    stage: ({ descriptor }) => stage(place, descriptor),
    destroyStaged: async (descriptor) => {
      if (descriptor.type !== type) return;
      await destroy(place, stagedPath(place, descriptor));
    },
    removePublished: async (keys) => {
      for (const key of keys) await destroy(place, below(folder, key));
    },
    stat: (key) => statFile(place.filesRoot, below(folder, key), key),
    read: (key, signal, fromByte = 0) =>
      readFileBytes(place.filesRoot, below(folder, key), { fromByte, signal }),
    list: (prefix) => listFiles(place.filesRoot, folder, prefix),
    probe: () => probeDestination(destination),
    close: () => Promise.resolve(),
  };
  return destination;
}

const type = "files";

async function stage(
  place: FilesPlace,
  descriptor: StagedDescriptor,
): Promise<StagedWriter> {
  const partial = stagedPath(place, descriptor);
  const final = finalPath(place, descriptor);
  try {
    await enterFolder(place.filesRoot, final);
    await destroy(place, partial);
    return await FileWriter.create({ partial, final });
  } catch (error) {
    throw fileError(error, "stage", final);
  }
}

/** Removes a file, and nothing that a link would lead to outside the root. */
async function destroy(place: FilesPlace, path: string): Promise<void> {
  try {
    await enterFolder(place.filesRoot, path, { create: false });
    await unlink(path);
  } catch (error) {
    if (isAbsent(error)) return;
    throw fileError(error, "remove", path);
  }
}

function finalPath(place: FilesPlace, descriptor: StagedDescriptor): string {
  const folder = descriptor["folder"];
  if (descriptor.type !== type || typeof folder !== "string") {
    throw new RefillError(
      "INTERNAL",
      `Expected a staged file's description, got one of type ${descriptor.type}.`,
    );
  }
  return below(below(place.filesRoot, folder), descriptor.key);
}

function stagedPath(place: FilesPlace, descriptor: StagedDescriptor): string {
  const final = finalPath(place, descriptor);
  const nameStart = final.lastIndexOf(sep) + 1;
  return `${final.slice(0, nameStart)}.${final.slice(nameStart)}.${descriptor.token}.partial`;
}

/** A path inside the folder. Links are looked at later, when the folder is entered. */
function below(folder: string, path: string): string {
  const normal = normalize(path);
  const leaves = isAbsolute(normal) || normal.split(sep).includes("..");
  if (leaves || path.includes("\0")) {
    throw new RefillError(
      "DESTINATION_FORBIDDEN",
      `Expected a path inside the worker's files root, got ${path}. Use one without .. that doesn't begin with a slash.`,
    );
  }
  return resolve(join(folder, normal));
}
