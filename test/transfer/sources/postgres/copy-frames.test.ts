import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { CopyFrameReader } from "../../../../src/transfer/sources/postgres/copy-frames.js";

/** What a reader hands on: rows and other messages, in order. */
function reader() {
  const events: string[] = [];
  let rows = 0;
  const chunks: Buffer[] = [];
  const frames = new CopyFrameReader({
    rows: (bytes, messages) => {
      rows += messages;
      chunks.push(bytes);
      events.push("rows");
    },
    message: (frame, type) => {
      events.push(`${String.fromCharCode(type)}:${frame.length}`);
    },
  });
  return {
    frames,
    events,
    rows: () => rows,
    chunks,
    text: () => Buffer.concat(chunks).toString(),
  };
}

function message(type: string, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(5);
  header.write(type);
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

describe("the reader of COPY messages", () => {
  test("gives the same rows however the network cuts the bytes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 300 }), { maxLength: 50 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
        (rows, sizes) => {
          const read = reader();
          const wire = Buffer.concat([
            message("H", "\0\0\0"),
            ...rows.map((row) => message("d", `${row}\n`)),
            message("c", ""),
          ]);
          for (let start = 0, turn = 0; start < wire.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            read.frames.push(wire.subarray(start, start + size));
            start += size;
          }
          expect(read.text()).toBe(rows.map((row) => `${row}\n`).join(""));
          expect(read.rows()).toBe(rows.length);
          expect(read.events[0]).toBe("H:8");
          expect(read.events.at(-1)).toBe("c:5");
        },
      ),
    );
  });

  test("hands rows on before the message that follows them", () => {
    const read = reader();
    read.frames.push(
      Buffer.concat([
        message("d", "a\n"),
        message("N", "notice"),
        message("d", "b\n"),
        message("E", "error"),
      ]),
    );
    expect(read.events).toEqual(["rows", "N:11", "rows", "E:10"]);
  });

  test("hands on whole rows in pieces of bounded size, and a larger row alone", () => {
    const read = reader();
    const large = Buffer.alloc(3_000_000, "x");
    const wire = Buffer.concat([
      ...Array.from({ length: 15_000 }, () =>
        message("d", `${"y".repeat(99)}\n`),
      ),
      message("d", large),
      message("d", "end\n"),
      message("c", ""),
    ]);
    for (let start = 0; start < wire.length; start += 65_536) {
      read.frames.push(wire.subarray(start, start + 65_536));
    }
    expect(read.rows()).toBe(15_002);
    expect(read.chunks.filter((chunk) => chunk.length > 524_288)).toHaveLength(
      1,
    );
    for (const chunk of read.chunks) {
      expect(["\n", "x"]).toContain(String.fromCharCode(chunk.at(-1) ?? 0));
    }
  });

  test("holds a large row once, whatever comes with its end", () => {
    const read = reader();
    const large = message("d", Buffer.alloc(3_000_000, "x"));
    const wire = Buffer.concat([
      large,
      message("d", "end\n"),
      message("c", ""),
    ]);
    for (let start = 0; start < wire.length; start += 65_536) {
      read.frames.push(wire.subarray(start, start + 65_536));
    }
    const [row] = read.chunks;
    expect(row).toHaveLength(3_000_000);
    expect(row?.buffer.byteLength).toBe(large.length);
  });

  test("does not overwrite rows that it has handed on", () => {
    const read = reader();
    for (let i = 0; i < 20_000; i += 1) {
      read.frames.push(message("d", `${String(i).padStart(60)}\n`));
    }
    read.frames.push(message("c", ""));
    const lines = read.text().trimEnd().split("\n").map(Number);
    expect(lines).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  test("uses memory again that it was given back, and no other", () => {
    const memories: (Buffer<ArrayBuffer> | null)[] = [];
    const held: { readonly bytes: Buffer; readonly text: string }[] = [];
    const frames: CopyFrameReader = new CopyFrameReader({
      rows: (bytes, _messages, memory) => {
        memories.push(memory);
        if (memories.length % 2 === 0 && memory !== null) frames.reuse(memory);
        else held.push({ bytes, text: bytes.toString() });
      },
      message: () => undefined,
    });
    for (let i = 0; i < 150_000; i += 1) {
      frames.push(message("d", `${String(i).padStart(60)}\n`));
    }
    expect(new Set(memories).size).toBeLessThan(memories.length * 0.75);
    for (const { bytes, text } of held) expect(bytes.toString()).toBe(text);
  });

  test("gives back the bytes of a message that has not arrived whole", () => {
    const read = reader();
    read.frames.push(Buffer.concat([message("Z", "I"), Buffer.from("N\0")]));
    expect(read.frames.takeRest()).toEqual(Buffer.from("N\0"));
    expect(read.frames.takeRest()).toHaveLength(0);
  });

  test("refuses bytes that are no message", () => {
    const { frames } = reader();
    expect(() => {
      frames.push(Buffer.from([0x64, 0, 0, 0, 3]));
    }).toThrow("Expected a message of the Postgres protocol");
  });
});
