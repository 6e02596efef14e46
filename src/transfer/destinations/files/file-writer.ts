import { constants } from "node:fs";
import { open, rename, unlink, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { RefillError } from "../../../domain/errors.js";
import type { StagedWriter } from "../../destination.js";
import { codeOf, fileError } from "./file-error.js";
import { syncFolder } from "./sync-folder.js";

export interface FilePaths {
  /** Where the bytes are staged: in the folder of the final name, so that a rename publishes them. */
  readonly partial: string;
  readonly final: string;
}

/** Writes one staged file. What the file system reports becomes a `RefillError`. */
export class FileWriter implements StagedWriter {
  readonly #paths: FilePaths;
  readonly #handle: FileHandle;
  #closed = false;
  #published = false;

  private constructor(paths: FilePaths, handle: FileHandle) {
    this.#paths = paths;
    this.#handle = handle;
  }

  /** The file must not exist: what stands there would be another claim's. @throws whatever the file system reports */
  static async create(paths: FilePaths): Promise<FileWriter> {
    const { O_CREAT, O_EXCL, O_WRONLY } = constants;
    const handle = await open(
      paths.partial,
      O_CREAT | O_EXCL | O_WRONLY,
      0o644,
    );
    return new FileWriter(paths, handle);
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#do("write", async () => {
      let written = 0;
      while (written < chunk.byteLength) {
        const { bytesWritten } = await this.#handle.write(chunk, written);
        written += bytesWritten;
      }
    });
  }

  async finish(): Promise<void> {
    await this.#do("write", async () => {
      await this.#handle.sync();
      await this.#close();
    });
  }

  async publish(): Promise<void> {
    await this.#do("publish", async () => {
      if (!this.#published) await this.#rename();
      this.#published = true;
      await syncFolder(dirname(this.#paths.final));
    });
  }

  async discard(): Promise<void> {
    await this.#close().catch(() => undefined); // whatever it says, the bytes are not wanted
    if (this.#published) return;
    await this.#do("remove", () => unlinkIfThere(this.#paths.partial));
  }

  async #rename(): Promise<void> {
    try {
      await rename(this.#paths.partial, this.#paths.final);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
      throw new RefillError(
        "CLAIM_LOST",
        "Expected the staged file to be there, but a newer claim of its interval has destroyed it. Nothing was published by this one.",
      );
    }
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }

  async #do(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw fileError(error, what, this.#paths.final);
    }
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}
