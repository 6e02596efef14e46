import { PassThrough } from "node:stream";
import type {
  OutputStream,
  Surroundings,
} from "../../src/cli/terminal/surroundings.js";

/** A stream that keeps what is written to it, as a terminal of some width or as a pipe. */
export interface CapturedStream {
  readonly stream: OutputStream;
  readonly text: () => string;
}

export function capturedStream(columns: number | null = null): CapturedStream {
  const parts: string[] = [];
  const stream = new PassThrough();
  stream.on("data", (part: Buffer) => parts.push(part.toString()));
  const terminal = columns === null ? {} : { isTTY: true, columns };
  return {
    stream: Object.assign(stream, terminal),
    text: () => parts.join(""),
  };
}

/** Surroundings with captured streams, an environment with nothing in it, and an interrupt to send. */
export function capturedSurroundings(given: Partial<Surroundings> = {}): {
  readonly surroundings: Surroundings;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly interrupt: () => void;
} {
  const [stdout, stderr] = [capturedStream(), capturedStream()];
  const interrupts = new AbortController();
  return {
    surroundings: {
      env: {},
      cwd: "/",
      stdout: stdout.stream,
      stderr: stderr.stream,
      signal: interrupts.signal,
      openUrl: () => undefined,
      ...given,
    },
    stdout: stdout.text,
    stderr: stderr.text,
    interrupt: () => {
      interrupts.abort();
    },
  };
}
