/**
 * The items of several streams, in the order in which they come. An item holds until the next is asked for. When a stream
 * fails, or the reader wants no more, `stop` is called and all of them have ended before this one does.
 * @throws the first failure
 */
export async function* interleave<Item>(
  streams: readonly AsyncIterable<Item>[],
  stop: (reason: unknown) => void,
): AsyncGenerator<Item> {
  const meeting = new Meeting<Item>(streams.length, stop);
  const ended = streams.map((stream) => meeting.bring(stream));
  try {
    yield* meeting.items();
  } finally {
    meeting.end();
    await Promise.all(ended);
  }
}

/** Where one item of each stream waits for the reader. */
class Meeting<Item> {
  readonly #waiting: {
    readonly item: Item;
    readonly taken: () => void;
  }[] = [];
  readonly #stop: (reason: unknown) => void;
  #streams: number;
  #failure: { readonly error: unknown } | null = null;
  #isOver = false;
  #wake = (): void => undefined;

  constructor(streams: number, stop: (reason: unknown) => void) {
    this.#streams = streams;
    this.#stop = stop;
  }

  /** Resolves when the stream has ended, however it did. */
  async bring(stream: AsyncIterable<Item>): Promise<void> {
    try {
      for await (const item of stream) {
        await this.#handOver(item);
        if (this.#isOver) break;
      }
    } catch (error) {
      this.#failure ??= { error };
      this.#stop(error);
    } finally {
      this.#streams -= 1;
      this.#wake();
    }
  }

  async *items(): AsyncGenerator<Item> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure.error;
      const next = this.#waiting.shift();
      if (next !== undefined) {
        try {
          yield next.item;
        } finally {
          next.taken();
        }
      } else if (this.#streams === 0) {
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  /** Nobody reads any longer. */
  end(): void {
    this.#isOver = true;
    if (this.#streams > 0) this.#stop(new Error("Nobody reads on."));
    for (const { taken } of this.#waiting.splice(0)) taken();
  }

  #handOver(item: Item): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ item, taken: resolve });
      this.#wake();
    });
  }
}
