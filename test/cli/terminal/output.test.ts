import { PassThrough } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { NamespaceNotFoundError } from "@temporalio/common";
import { reportError } from "../../../src/cli/terminal/error-report.js";
import { createOutput, writeTo } from "../../../src/cli/terminal/output.js";
import { RefillError } from "../../../src/domain/errors.js";
import { capturedSurroundings } from "../captured.js";

async function* failingAfter(count: number): AsyncGenerator<number> {
  for (let item = 0; item < count; item += 1) yield await Promise.resolve(item);
  throw new RefillError("DATABASE_UNAVAILABLE", "Postgres is away.");
}

async function* items(count: number): AsyncGenerator<bigint> {
  for (let item = 0; item < count; item += 1) {
    yield await Promise.resolve(BigInt(item));
  }
}

describe("results", () => {
  test("are one document on stdout with --json, and text without", async () => {
    for (const [json, expected] of [
      [true, '{\n  "count": 1\n}\n'],
      [false, "one\n"],
    ] as const) {
      const { surroundings, stdout, stderr } = capturedSurroundings();
      const output = createOutput(surroundings, json);
      await output.result({ count: 1n }, () => "one\n");
      expect([stdout(), stderr()]).toEqual([expected, ""]);
    }
  });

  test("that come bit by bit make one JSON array", async () => {
    for (const count of [0, 1, 3]) {
      const { surroundings, stdout } = capturedSurroundings();
      await createOutput(surroundings, true).jsonArray(items(count));
      expect(JSON.parse(stdout())).toEqual([0, 1, 2].slice(0, count));
    }
  });

  test("that end with a list which comes bit by bit make one JSON object", async () => {
    for (const count of [0, 1, 3]) {
      const { surroundings, stdout } = capturedSurroundings();
      const head = { total: BigInt(count), warnings: [] };
      const list = { name: "runs", items: items(count) };
      await createOutput(surroundings, true).jsonObject(head, list);
      expect(JSON.parse(stdout())).toEqual({
        total: count,
        warnings: [],
        runs: [0, 1, 2].slice(0, count),
      });
    }
  });

  test("wait for a slow reader, and not for one that left", async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    let isWritten = false;
    const writing = writeTo(stream, "longer than the buffer").then(() => {
      isWritten = true;
    });
    await new Promise(setImmediate);
    expect(isWritten).toBe(false);
    stream.resume();
    await writing;
    stream.destroy();
    await writeTo(stream, "nobody reads this");
  });
});

describe("errors", () => {
  test("are a document on stdout with --json", async () => {
    const { surroundings, stdout, stderr } = capturedSurroundings();
    const error = new RefillError("RANGE_EMPTY", "Start before the end.", {
      details: { start: 1n },
    });
    const code = await reportError(error, createOutput(surroundings, true));
    expect(code).toBe(2);
    expect(JSON.parse(stdout())).toEqual({
      error: {
        code: "RANGE_EMPTY",
        message: "Start before the end.",
        details: { start: 1 },
      },
    });
    expect(stderr()).toBe("");
  });

  test("are one line on stderr without", async () => {
    const { surroundings, stdout, stderr } = capturedSurroundings();
    const error = new RefillError("SERVERS_NOT_FOUND", "None\u001b[2J\nhere.");
    const code = await reportError(error, createOutput(surroundings, false));
    expect(code).toBe(3);
    expect(stdout()).toBe("");
    expect(stderr()).toBe("SERVERS_NOT_FOUND: None [2J here.\n");
  });

  test("in the middle of an array go to stderr, so that no reader takes the part for the whole", async () => {
    const { surroundings, stdout, stderr } = capturedSurroundings();
    const output = createOutput(surroundings, true);
    const thrown = await output
      .jsonArray(failingAfter(2))
      .catch((error: unknown) => error);
    expect(await reportError(thrown, output)).toBe(3);
    expect(stdout()).toBe("[\n  0,\n  1");
    expect(stderr()).toBe("DATABASE_UNAVAILABLE: Postgres is away.\n");
  });

  test("before the first item of an array are a document", async () => {
    const { surroundings, stdout } = capturedSurroundings();
    const output = createOutput(surroundings, true);
    const thrown = await output
      .jsonArray(failingAfter(0))
      .catch((error: unknown) => error);
    await reportError(thrown, output);
    expect(JSON.parse(stdout())).toHaveProperty(
      "error.code",
      "DATABASE_UNAVAILABLE",
    );
  });

  test("of a namespace that Temporal does not have name the setting, and end with 2", async () => {
    const { surroundings, stderr } = capturedSurroundings();
    const error = new NamespaceNotFoundError("nope");
    const code = await reportError(error, createOutput(surroundings, false));
    expect(code).toBe(2);
    expect(stderr()).toMatch(/^CONFIG_INVALID: .*'nope'.* TEMPORAL_NAMESPACE/);
  });

  test("that nobody foresaw are INTERNAL and end with 1", async () => {
    const { surroundings, stderr } = capturedSurroundings();
    const output = createOutput(surroundings, false);
    expect(await reportError(new TypeError("x is null"), output)).toBe(1);
    expect(stderr()).toMatch(/^INTERNAL: .*x is null\n$/);
  });
});
