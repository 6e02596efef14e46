import type { Duplex } from "node:stream";
import type { Connection, Submittable } from "pg";
import { CopyFrameReader, messageType } from "./copy-frames.js";
import { RowSocket } from "./row-socket.js";

/** Whole rows as the server wrote them, and in how many messages they came: a row each, a header too. */
export interface CopyChunk {
  readonly bytes: Buffer;
  readonly messages: number;
}

/** Memory goes back to the reader with the rows that have it to themselves. */
interface QueuedChunk extends CopyChunk {
  readonly memory: Buffer<ArrayBuffer> | null;
}

/** Bytes held for a slow consumer before the socket is paused. With the kernel's buffers this bounds the memory of a run. */
const highWaterBytes = 2 * 1024 * 1024;
/** A row so large, which always comes alone, is not held beside the next: that one is received when it is asked for. */
const hugeRowBytes = 16 * 1024 * 1024;

/** The part of pg's connection that sends statements of the extended protocol, which runs one statement a message. */
interface ExtendedProtocol {
  parse(statement: { text: string; name: string; types: never[] }): void;
  bind(portal: object): void;
  execute(portal: object): void;
  sync(): void;
}

type DataListener = (bytes: Buffer) => void;

/**
 * Runs statements in one round trip, the last of them a COPY TO STDOUT, and reads its rows off the connection's socket.
 * pg still sees every other message. Submit it with `client.query`.
 */
export class CopyOut implements Submittable {
  readonly #statements: readonly string[];
  readonly #frames = new CopyFrameReader({
    rows: (bytes, messages, memory) => {
      this.#enqueue({ bytes, messages, memory });
    },
    message: (frame, type) => {
      this.#passOn(frame, type);
    },
  });
  readonly #queue: QueuedChunk[] = [];
  /** What the consumer may still read. */
  readonly #lent: QueuedChunk[] = [];
  #queuedBytes = 0;
  #socket: Duplex | null = null;
  #pgListener: DataListener | null = null;
  #failure: { readonly error: unknown } | null = null;
  #discarding = false;
  #givenUp = false;
  #finished = false;
  #wake: (() => void) | null = null;
  #announceFinish: () => void = () => undefined;

  /** The rows that the server says it sent; null until it said so. */
  countedRows: number | null = null;
  /** Resolves when the server is done with the statement, however it ended, or the connection is gone. */
  readonly finish = new Promise<void>((resolve) => {
    this.#announceFinish = resolve;
  });

  constructor(statements: readonly string[]) {
    this.#statements = statements;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /**
   * The next rows; null after the last. What is returned holds until the next but one is asked for, a row of 16 MiB or more
   * until the next is: its memory is used again.
   * @throws what pg or the socket reported, or what `fail` was given
   */
  async next(): Promise<CopyChunk | null> {
    this.#takeBack();
    for (;;) {
      if (this.#failure !== null && (this.#finished || this.#givenUp)) {
        throw this.#failure.error;
      }
      const chunk = this.#queue.shift();
      if (chunk !== undefined) {
        this.#queuedBytes -= chunk.bytes.byteLength;
        this.#lent.push(chunk);
        if (this.#queuedBytes < highWaterBytes && !isHuge(chunk)) {
          this.#socket?.resume();
        }
        return chunk;
      }
      if (this.#finished) return null;
      this.#socket?.resume(); // it waits while a huge row is read
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
  }

  /** Makes `next` throw the error at once, and discards whatever the server still sends. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#givenUp = true;
    this.discard();
    this.#wake?.();
  }

  /** Lets the server get rid of what it is sending: it does not see a cancel request while it waits to send. */
  discard(): void {
    this.#discarding = true;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#socket?.resume();
  }

  submit(connection: Connection): void {
    const socket = connection.stream;
    this.#socket = socket;
    this.#takeOver(socket);
    const protocol = connection as unknown as ExtendedProtocol;
    socket.cork();
    for (const text of this.#statements) {
      protocol.parse({ text, name: "", types: [] });
      protocol.bind({});
      protocol.execute({});
    }
    protocol.sync();
    socket.uncork();
  }

  /** Statements before the COPY may answer with a row, which is of no interest. */
  handleRowDescription(): void {
    // nothing to do
  }

  handleDataRow(): void {
    // nothing to do
  }

  handleCommandComplete(message: { readonly text: string }): void {
    const rows = /^COPY (\d+)$/.exec(message.text)?.[1];
    if (rows !== undefined) this.countedRows = Number(rows);
  }

  handleReadyForQuery(): void {
    this.#end();
  }

  /** Called by pg. The connection is of use again only after the server said that it is ready: `next` throws then. */
  handleError(error: unknown): void {
    if (this.#socket === null || this.#socket.destroyed) {
      this.#lose(error);
    } else {
      this.#failure ??= { error };
      this.discard();
    }
  }

  #takeOver(socket: Duplex): void {
    const listeners = socket.listeners("data") as DataListener[];
    this.#pgListener = listeners[0] ?? null;
    if (socket instanceof RowSocket) {
      socket.divert(this.#onData);
    } else {
      socket.on("data", this.#onData);
      if (this.#pgListener !== null) socket.off("data", this.#pgListener);
    }
    socket.once("error", this.#onLoss);
    socket.once("close", this.#onLoss);
  }

  #handBack(socket: Duplex): void {
    if (socket instanceof RowSocket) {
      socket.divert(null);
    } else {
      if (this.#pgListener !== null) socket.on("data", this.#pgListener);
      socket.off("data", this.#onData);
    }
    socket.off("error", this.#onLoss);
    socket.off("close", this.#onLoss);
    socket.resume();
  }

  readonly #onData = (bytes: Buffer): void => {
    try {
      this.#frames.push(bytes);
      if (!this.#finished) return;
      const rest = this.#frames.takeRest();
      if (rest.byteLength > 0) this.#pgListener?.(rest);
    } catch (error) {
      this.#socket?.destroy();
      this.#lose(error);
    }
  };

  readonly #onLoss = (error?: unknown): void => {
    this.#lose(
      error instanceof Object ? error : new Error("The connection was closed."),
    );
  };

  /** What may no longer be read, now that the next rows are asked for. */
  #takeBack(): void {
    const last = this.#lent.at(-1);
    const stillLent = last !== undefined && isHuge(last) ? 0 : 1;
    while (this.#lent.length > stillLent) {
      const memory = this.#lent.shift()?.memory;
      if (memory != null) this.#frames.reuse(memory);
    }
  }

  #enqueue(chunk: QueuedChunk): void {
    if (this.#discarding) return;
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.bytes.byteLength;
    if (this.#queuedBytes >= highWaterBytes) this.#socket?.pause();
    this.#wake?.();
  }

  #passOn(frame: Buffer, type: number): void {
    if (type === messageType.readyForQuery) {
      if (this.#socket !== null) this.#handBack(this.#socket);
      this.#pgListener?.(frame);
      this.#end(); // pg no longer tells a query that failed
    } else {
      this.#pgListener?.(frame);
    }
  }

  #lose(error: unknown): void {
    if (this.#finished) return;
    this.#failure ??= { error };
    this.#end();
  }

  #end(): void {
    this.#finished = true;
    this.#announceFinish();
    this.#wake?.();
  }
}

function isHuge({ bytes }: CopyChunk): boolean {
  return bytes.byteLength >= hugeRowBytes;
}
