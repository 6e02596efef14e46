import { describe, expect, test } from "@jest/globals";
import { ConnectionSlots } from "../../../../src/transfer/sources/postgres/connection-slots.js";

const never = new AbortController().signal;
const url = "postgres://a:b@db:5432/one";

/** Asks, and tells later whether there was room. */
function ask(slots: ConnectionSlots, to = url, signal = never) {
  const asked = { release: null as (() => void) | null };
  const done = slots.acquire(to, signal).then((release) => {
    asked.release = release;
  });
  return { asked, done };
}

describe("slots for connections", () => {
  test("are as many as the limit for each database, whoever the user is", async () => {
    const slots = new ConnectionSlots(2);
    await ask(slots).done;
    await ask(slots, "postgres://other:user@db:5432/one?sslmode=require").done;
    await ask(slots, "postgres://a:b@db:5432/two").done;
    const third = ask(slots);
    await ask(slots, "postgres://a:b@elsewhere:5432/one").done;
    expect(third.asked.release).toBeNull();
  });

  test("go to those who wait, in the order of asking", async () => {
    const slots = new ConnectionSlots(1);
    const release = await slots.acquire(url, never);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (number) => {
      const leave = await slots.acquire(url, never);
      order.push(number);
      leave();
    });
    release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    await ask(slots).done;
  });

  test("given back twice make room for one", async () => {
    const slots = new ConnectionSlots(1);
    const release = await slots.acquire(url, never);
    release();
    release();
    await ask(slots).done;
    const second = ask(slots);
    await Promise.resolve();
    expect(second.asked.release).toBeNull();
  });

  test("are not kept for one who stopped waiting", async () => {
    const slots = new ConnectionSlots(1);
    const release = await slots.acquire(url, never);
    const cancel = new AbortController();
    const gaveUp = ask(slots, url, cancel.signal);
    const patient = ask(slots);
    cancel.abort(new Error("cancelled"));
    await expect(gaveUp.done).rejects.toThrow("cancelled");
    release();
    await patient.done;
    expect(patient.asked.release).not.toBeNull();
  });

  test("that are spare are had at once or not at all, and count like the others", async () => {
    const slots = new ConnectionSlots(2);
    const release = await slots.spare.acquire(url, never);
    await ask(slots).done;
    await expect(slots.spare.acquire(url, never)).rejects.toThrow("free");
    const elsewhere = "postgres://a:b@db:5432/two";
    (await slots.spare.acquire(elsewhere, never))();
    const third = ask(slots);
    await Promise.resolve();
    expect(third.asked.release).toBeNull();
    release();
    await third.done;
    await expect(slots.spare.acquire(url, never)).rejects.toThrow("free");
  });

  test("tell whether someone waits for one, of this database", async () => {
    const slots = new ConnectionSlots(1);
    expect(slots.isAwaited(url)).toBe(false);
    const release = await slots.acquire(url, never);
    expect(slots.isAwaited(url)).toBe(false);
    const waiting = ask(slots);
    expect(slots.isAwaited(url)).toBe(true);
    expect(slots.isAwaited("postgres://a:b@db:5432/two")).toBe(false);
    release();
    await waiting.done;
    expect(slots.isAwaited(url)).toBe(false);
  });
});
