import { once } from "node:events";
import { toJson } from "../../contract/json.js";
import { printable } from "./printable.js";
import type { OutputStream, Surroundings } from "./surroundings.js";

/** Where a command's words go: results to stdout, everything else to stderr. */
export interface Output {
  /** `--json` was given: stdout carries JSON and nothing else. */
  readonly json: boolean;
  /** The result: one JSON document, or the text for people. */
  readonly result: (value: unknown, text: () => string) => Promise<void>;
  /** One JSON document on a line of its own, for results that come bit by bit. */
  readonly jsonLine: (value: unknown) => Promise<void>;
  /** A JSON array of any length, written as it comes. Nothing is written before the first item, or the end, is there. */
  readonly jsonArray: (items: AsyncIterable<unknown>) => Promise<void>;
  /** The same for an object whose last property, `name`, is such an array. */
  readonly jsonObject: (
    head: object,
    list: { readonly name: string; readonly items: AsyncIterable<unknown> },
  ) => Promise<void>;
  /** Text for people on stdout. */
  readonly text: (text: string) => Promise<void>;
  /** A line on stderr. */
  readonly notice: (line: string) => void;
}

/** Waits for slow readers, so that a long result takes no more memory than a short one. */
export function createOutput(
  { stdout, stderr }: Pick<Surroundings, "stdout" | "stderr">,
  json: boolean,
): Output {
  const text = (part: string) => writeTo(stdout, part);
  return {
    json,
    text,
    result: (value, forPeople) =>
      text(json ? `${toJson(value, 2)}\n` : forPeople()),
    jsonLine: (value) => text(`${toJson(value)}\n`),
    jsonArray: (items) =>
      writeList(items, text, { open: "[", margin: "", close: "]\n" }),
    jsonObject: (head, { name, items }) => {
      const properties = toJson(head, 2).slice(0, -"\n}".length);
      const open = `${properties},\n  ${JSON.stringify(name)}: [`;
      return writeList(items, text, { open, margin: "  ", close: "]\n}\n" });
    },
    notice: (line) => {
      stderr.write(`${printable(line)}\n`);
    },
  };
}

/**
 * Writes, and resolves when the stream wants more. A closed stream takes everything and keeps nothing.
 * @internal for tests
 */
export async function writeTo(
  stream: OutputStream,
  text: string,
): Promise<void> {
  if (!stream.writable || stream.write(text)) return;
  const settled = new AbortController();
  const options = { signal: settled.signal };
  await Promise.race(
    ["drain", "close"].map((event) => once(stream, event, options)),
  ).catch(() => undefined);
  settled.abort();
}

/** An error that came when part of a document was already on stdout: a report there would only garble it more. */
export class BrokenOff extends Error {
  override readonly name = "BrokenOff";

  constructor(cause: unknown) {
    super("the document on stdout is not whole", { cause });
  }
}

async function writeList(
  items: AsyncIterable<unknown>,
  text: (part: string) => Promise<void>,
  { open, margin, close }: Record<"open" | "margin" | "close", string>,
): Promise<void> {
  let count = 0;
  try {
    for await (const item of items) {
      await text(`${count === 0 ? open : ","}\n${margin}  ${toJson(item)}`);
      count += 1;
    }
  } catch (error) {
    throw count === 0 ? error : new BrokenOff(error);
  }
  await text(count === 0 ? open + close : `\n${margin}${close}`);
}
