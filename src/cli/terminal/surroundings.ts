import type { Writable } from "node:stream";

/** A stream that may be a terminal. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/** What a command line runs in. Handed in, so that a test can bring its own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborted when the operator interrupts the program. */
  readonly signal: AbortSignal;
  /** Opens a URL in the operator's browser; `onFailure` is told, perhaps later, why none was opened. */
  readonly openUrl: (url: string, onFailure: (reason: string) => void) => void;
}

/** Whether a line on this stream can be drawn over: a terminal that knows cursor movements. */
export function canRedraw(
  stream: OutputStream,
  env: Surroundings["env"],
): boolean {
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** Whether the terminal's locale promises more than ASCII. */
export function speaksUnicode(env: Surroundings["env"]): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(
    (value) => value !== undefined && value !== "",
  );
  return env["TERM"] !== "linux" && /utf-?8/i.test(locale ?? "");
}
