import { describe, expect, test } from "@jest/globals";
import { interleave } from "../../src/transfer/interleave.js";

const ignore = () => undefined;

/** Waits for `stop`, and rejects with its reason. */
function held(stopped: AbortSignal): AsyncIterable<never> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise((_, reject) => {
          stopped.addEventListener("abort", () => {
            reject(stopped.reason as Error);
          });
        }),
    }),
  };
}

/** What it gave is only good until it is asked again. */
async function* lending(name: string, count: number) {
  const item = { text: "" };
  for (let index = 0; index < count; index += 1) {
    await Promise.resolve();
    item.text = `${name}${String(index)}`;
    yield item;
    item.text = "used again";
  }
}

async function collect(streams: readonly AsyncIterable<{ text: string }>[]) {
  const texts: string[] = [];
  for await (const { text } of interleave(streams, ignore)) {
    await Promise.resolve();
    texts.push(text);
  }
  return texts;
}

describe("interleave", () => {
  test("gives every item once, those of each stream in their order, and none that its stream has used again", async () => {
    const texts = await collect([
      lending("a", 40),
      lending("b", 3),
      lending("c", 0),
      lending("d", 25),
    ]);
    expect(texts).toHaveLength(68);
    for (const [name, count] of [
      ["a", 40],
      ["b", 3],
      ["d", 25],
    ] as const) {
      expect(texts.filter((text) => text.startsWith(name))).toEqual(
        Array.from({ length: count }, (_, index) => `${name}${String(index)}`),
      );
    }
  });

  test("takes from each in turn while all have something", async () => {
    const texts = await collect([lending("a", 10), lending("b", 10)]);
    expect(
      texts.slice(0, 10).filter((text) => text.startsWith("a")),
    ).toHaveLength(5);
  });

  test("of nothing is nothing", async () => {
    expect(await collect([])).toEqual([]);
  });

  test("stops the others when one fails, and throws what that one threw", async () => {
    const stop = new AbortController();
    const failure = new Error("the first one");
    const failing = async function* () {
      yield* lending("a", 2);
      throw failure;
    };
    const reading = async () => {
      const all = [failing(), held(stop.signal), held(stop.signal)];
      for await (const item of interleave<{ text: string }>(all, (reason) => {
        stop.abort(reason);
      })) {
        expect(item.text).toMatch(/^a/);
      }
    };
    await expect(reading()).rejects.toBe(failure);
    expect(stop.signal.reason).toBe(failure);
  });

  test("stops all when the reader leaves, and has ended them by then", async () => {
    const stop = new AbortController();
    let open = 0;
    const counted = async function* () {
      open += 1;
      try {
        yield* lending("a", 1_000);
      } finally {
        await Promise.resolve();
        open -= 1;
      }
    };
    const all = [counted(), counted(), held(stop.signal)];
    for await (const { text } of interleave<{ text: string }>(all, (reason) => {
      stop.abort(reason);
    })) {
      expect(text).toBe("a0");
      expect(open).toBe(2);
      break;
    }
    expect(stop.signal.aborted).toBe(true);
    expect(open).toBe(0);
  });
});
