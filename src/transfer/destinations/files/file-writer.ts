import { constants } from "node:fs";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
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

/** Bytes after which the disk is set to work, so that at the end little is left to wait for. */
const syncEveryBytes = 32 * 1024 * 1024;

/** Writes one staged file. What the file system reports becomes a `RefillError`. */
export class FileWriter implements StagedWriter {
  readonly #paths: FilePaths;
  readonly #handle: FileHandle;
  #unsyncedBytes = 0;
  #syncing: Promise<{ readonly error: unknown } | null> | null = null;
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
      this.#unsyncedBytes += chunk.byteLength;
      if (this.#unsyncedBytes >= syncEveryBytes) await this.#syncBehind();
    });
  }

  async finish(): Promise<void> {
    await this.#do("write", async () => {
      await this.#endSync();
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

  /** Begins to sync what is written, and waits for the sync before: no more than two stretches are ever on their way. */
  async #syncBehind(): Promise<void> {
    await this.#endSync();
    this.#unsyncedBytes = 0;
    this.#syncing = this.#handle.datasync().then(
      () => null,
      (error: unknown) => ({ error }),
    );
  }

  /** A disk reports a failed write to one sync only: this must throw it. */
  async #endSync(): Promise<void> {
    const failure = await this.#syncing;
    this.#syncing = null;
    if (failure !== null) throw failure.error;
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
    await this.#syncing;
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
