import type { TimeRange } from "../time/split.js";

/** What was asked of a backfill, as far as pauses go. */
export interface PauseCommand {
  readonly atMs: number;
  readonly kind: string;
  /** Runs in flight, where that was asked for; 0 pauses. */
  readonly concurrency: number | null;
}

/**
 * The stretches in which no run was to begin, from the audit trail, oldest first. The last one ends at `endMs` where
 * nothing ended it. A pause asked for during another is the same pause; a number of runs ends only one that 0 began.
 */
export function pausesOf(
  commands: readonly PauseCommand[],
  endMs: number,
): readonly TimeRange[] {
  const pauses: TimeRange[] = [];
  let open: { startMs: number; isPlain: boolean } | null = null;
  for (const { atMs, kind, concurrency } of commands) {
    if (kind === "pause" || concurrency === 0) {
      open ??= { startMs: atMs, isPlain: false };
      open.isPlain ||= kind === "pause";
    } else if (open !== null && ends(kind, concurrency, open.isPlain)) {
      pauses.push({ startMs: open.startMs, endMs: atMs });
      open = null;
    }
  }
  if (open !== null) pauses.push({ startMs: open.startMs, endMs });
  return pauses.filter(({ startMs, endMs }) => startMs < endMs);
}

function ends(
  kind: string,
  concurrency: number | null,
  isPlain: boolean,
): boolean {
  if (kind === "resume" || kind === "retry") return true;
  return concurrency !== null && concurrency > 0 && !isPlain;
}
