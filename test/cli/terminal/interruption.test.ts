import { describe, expect, test } from "@jest/globals";
import { untilInterrupted } from "../../../src/cli/terminal/interruption.js";

const interrupted: unknown = expect.objectContaining({ code: "INTERRUPTED" });

/** Work that ends, in either way, when it is told to. */
function openWork() {
  let end: (error: Error | null) => void = () => undefined;
  const work = new Promise<string>((resolve, reject) => {
    end = (error) => {
      if (error === null) resolve("done");
      else reject(error);
    };
  });
  return { work, end };
}

describe("work until an interrupt", () => {
  test("answers, or fails, as it does without one", async () => {
    const { signal } = new AbortController();
    expect(await untilInterrupted(Promise.resolve(1), signal)).toBe(1);
    const failing = Promise.reject(new TypeError("x is null"));
    await expect(untilInterrupted(failing, signal)).rejects.toThrow(TypeError);
  });

  test("is left alone at once", async () => {
    const interrupts = new AbortController();
    const { work } = openWork();
    const waiting = untilInterrupted(work, interrupts.signal);
    interrupts.abort();
    await expect(waiting).rejects.toEqual(interrupted);
  });

  test("may first call off what it began elsewhere", async () => {
    const interrupts = new AbortController();
    const { work, end } = openWork();
    const options = { tidyMs: 60_000 };
    const waiting = untilInterrupted(work, interrupts.signal, options);
    let isOver = false;
    const over = waiting.catch((error: unknown) => {
      isOver = true;
      return error;
    });
    interrupts.abort();
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    end(new Error("called off"));
    expect(await over).toEqual(interrupted);
  });

  test("is not waited for longer than that", async () => {
    const interrupts = new AbortController();
    const options = { tidyMs: 1 };
    const waiting = untilInterrupted(
      openWork().work,
      interrupts.signal,
      options,
    );
    interrupts.abort();
    await expect(waiting).rejects.toEqual(interrupted);
  });
});
