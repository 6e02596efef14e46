import zlib from "node:zlib";
import { RefillError } from "../../domain/errors.js";

/** zstd off the event loop. Bytes must not change until the promise resolves. */
export interface ZstdCodec {
  /** One frame, at a level from 1 to 22. */
  compress(bytes: Uint8Array, level: number): Promise<Uint8Array>;
  /** The content of one frame. */
  decompress(frame: Uint8Array): Promise<Uint8Array>;
}

/** What Node has of zstd from 22.15 on. Types of Node 20 don't know it. */
interface NodeZstd {
  zstdCompress(
    bytes: Uint8Array,
    options: {
      readonly params: Readonly<Record<number, number>>;
      readonly chunkSize: number;
    },
    done: Done,
  ): void;
  zstdDecompress(
    frame: Uint8Array,
    options: { readonly chunkSize: number },
    done: Done,
  ): void;
  readonly constants: { readonly ZSTD_c_compressionLevel: number };
}

type Done = (error: Error | null, bytes: Buffer) => void;

let chosen: Promise<ZstdCodec> | null = null;

/**
 * Node's own zstd, from 22.15 on, else that of the optional package, which is loaded on first use.
 * @throws RefillError CONFIG_INVALID where there is neither
 */
export function zstdCodec(): Promise<ZstdCodec> {
  chosen ??= chooseCodec(zlib, () => import("@toondepauw/node-zstd"));
  return chosen;
}

/** @internal for tests */
export async function chooseCodec(
  node: object,
  loadPackage: () => Promise<typeof import("@toondepauw/node-zstd")>,
): Promise<ZstdCodec> {
  if ("zstdCompress" in node) return builtIn(node as NodeZstd);
  return packaged(await loadPackage().catch(missing));
}

function builtIn(node: NodeZstd): ZstdCodec {
  const levelKey = node.constants.ZSTD_c_compressionLevel;
  return {
    compress: (bytes, level) =>
      promised((done) => {
        node.zstdCompress(
          bytes,
          {
            params: { [levelKey]: level },
            chunkSize: chunkBytes(bytes.byteLength),
          },
          done,
        );
      }),
    decompress: (frame) =>
      promised((done) => {
        node.zstdDecompress(frame, { chunkSize: mostChunkBytes }, done);
      }),
  };
}

function promised(run: (done: Done) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    run((error, bytes) => {
      if (error === null) resolve(bytes);
      else reject(error);
    });
  });
}

/** What Node hands over at a time, each by way of a thread: its own 16 KiB made a stream of 1 MiB blocks 8% slower. */
const mostChunkBytes = 256 * 1024;

function chunkBytes(inputBytes: number): number {
  return Math.max(1024, Math.min(inputBytes, mostChunkBytes));
}

/** An encoder of its own for each block costs 1 µs; blocks that share one wait for each other. */
function packaged({
  Encoder,
  Decoder,
}: typeof import("@toondepauw/node-zstd")): ZstdCodec {
  const decoder = new Decoder();
  return {
    compress: (bytes, level) => new Encoder(level).encode(bufferOf(bytes)),
    decompress: (frame) => decoder.decode(bufferOf(frame)),
  };
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function missing(): never {
  throw new RefillError(
    "CONFIG_INVALID",
    `Node ${process.versions.node} has no zstd. Run the worker on Node 22.15 or later, install the package ` +
      "@toondepauw/node-zstd, or export with another compression.",
  );
}
