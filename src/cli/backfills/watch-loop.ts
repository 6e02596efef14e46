import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { isOpen } from "../../domain/backfills/status.js";
import { errorCatalog, type RefillError } from "../../domain/errors.js";
import { asRefillError } from "../terminal/error-report.js";
import { pause, untilInterrupted } from "../terminal/interruption.js";
import type { BackfillReading } from "./backfill-reader.js";

export interface WatchInput {
  readonly read: () => Promise<BackfillReading>;
  /** Called with every answer, the last one included. */
  readonly show: (description: BackfillDescription) => Promise<void>;
  readonly notice: (line: string) => void;
  readonly signal: AbortSignal;
  /** Whether the servers have answered before: then their being away is waited out from the first read. */
  readonly known: boolean;
  /** Ends when nothing moves any more until someone does something about failures. */
  readonly endsWhenStuck: boolean;
  readonly pollMs: number;
  readonly retryMs: number;
}

/**
 * Reads a backfill until it is closed, or stuck where that is asked for, and returns its last description. Servers that go away are waited for, said once.
 * @throws RefillError INTERRUPTED when the signal comes
 * @throws RefillError DATABASE_UNAVAILABLE, SERVERS_NOT_FOUND and the like when the servers never answered
 */
export async function watchUntilClosed(
  input: WatchInput,
): Promise<BackfillDescription> {
  let known = input.known;
  let away = false;
  let warned: string | null = null;
  let paused: string | null = null;
  for (;;) {
    const answer = await attempt(input);
    if ("error" in answer) {
      if (!known) throw answer.error;
      if (!away) input.notice(awayNotice(answer.error));
      away = true;
      await pause(input.retryMs, input.signal);
      continue;
    }
    if (away) input.notice("The servers answer again.");
    const { description, warning } = answer.reading;
    if (warning !== null && warning !== warned) input.notice(warning);
    // A read without one may only have come within a second of another's look.
    [known, away, warned] = [true, false, warning ?? warned];
    await input.show(description);
    if (pauseNotice(description) !== paused) {
      paused = pauseNotice(description);
      if (paused !== null) input.notice(paused);
    }
    if (!isOpen(description.status)) return description;
    if (input.endsWhenStuck && isStuck(description)) return description;
    await pause(input.pollMs, input.signal);
  }
}

/** Paused by itself, with nothing at work any more: only a resume, or a cancel, goes on from here. */
function isStuck({ paused_by: cause, runs }: BackfillDescription): boolean {
  return cause === "failures" && (runs?.running ?? 0) === 0;
}

function pauseNotice(of: BackfillDescription): string | null {
  if (!of.paused || !isOpen(of.status)) return null;
  const reason = of.paused_reason === null ? "" : `: ${of.paused_reason}`;
  return `Paused${reason}. \`refill backfill resume ${of.id}\` goes on, \`refill backfill cancel ${of.id}\` ends it.`;
}

type Answer =
  { readonly reading: BackfillReading } | { readonly error: RefillError };

/** One read. Only a server's absence comes back as an error; anything else is thrown. */
async function attempt({ read, signal }: WatchInput): Promise<Answer> {
  try {
    return { reading: await untilInterrupted(read(), signal) };
  } catch (thrown) {
    const error = await asRefillError(thrown);
    if (errorCatalog[error.code].exitCode !== 3) throw error;
    return { error };
  }
}

function awayNotice(error: RefillError): string {
  return `${error.code}: ${error.message} Waiting for the servers to come back; the backfill is safe with them.`;
}
