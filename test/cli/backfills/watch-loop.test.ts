import { describe, expect, test } from "@jest/globals";
import type { BackfillReading } from "../../../src/cli/backfills/backfill-reader.js";
import { watchUntilClosed } from "../../../src/cli/backfills/watch-loop.js";
import type { BackfillStatus } from "../../../src/domain/backfills/status.js";
import { RefillError } from "../../../src/domain/errors.js";
import { aDescription } from "../a-description.js";

const away = new RefillError("DATABASE_UNAVAILABLE", "Postgres is away.");

function reading(
  status: BackfillStatus,
  warning: string | null = null,
): BackfillReading {
  return { description: aDescription({ status }), warning };
}

/** Paused by failures, with so many runs still at work. */
function stuck(running: number): BackfillReading {
  const { runs, ...rest } = aDescription({
    paused: true,
    paused_at: "2001-07-01T00:00:00Z",
    paused_by: "failures",
    paused_reason: "5 runs in a row failed with SOURCE_FORBIDDEN",
  });
  return {
    description: { ...rest, runs: runs === null ? null : { ...runs, running } },
    warning: null,
  };
}

/** Watches a backfill whose reads answer as scripted. */
function watch(
  script: readonly (BackfillReading | Error)[],
  options: {
    readonly known?: boolean;
    readonly signal?: AbortSignal;
    readonly endsWhenStuck?: boolean;
  } = {},
) {
  const shown: string[] = [];
  const notices: string[] = [];
  const answers = script[Symbol.iterator]();
  const closed = watchUntilClosed({
    read: () => {
      const answer = answers.next();
      if (answer.done === true) return new Promise(() => undefined);
      return answer.value instanceof Error
        ? Promise.reject(answer.value)
        : Promise.resolve(answer.value);
    },
    show: ({ status }) => {
      shown.push(status);
      return Promise.resolve();
    },
    notice: (line) => notices.push(line),
    signal: options.signal ?? new AbortController().signal,
    known: options.known ?? false,
    endsWhenStuck: options.endsWhenStuck ?? false,
    pollMs: 1,
    retryMs: 1,
  });
  return { closed, shown, notices };
}

describe("watching", () => {
  test("shows every answer and ends with the one that is closed", async () => {
    const { closed, shown } = watch([
      reading("Starting"),
      reading("Running"),
      reading("ContinuedAsNew"),
      reading("FailedRetryable"),
    ]);
    expect((await closed).status).toBe("FailedRetryable");
    expect(shown).toEqual([
      "Starting",
      "Running",
      "ContinuedAsNew",
      "FailedRetryable",
    ]);
  });

  test("waits for servers that go away, and says so once", async () => {
    const { closed, shown, notices } = watch([
      reading("Running"),
      away,
      away,
      new RefillError("SERVERS_NOT_FOUND", "No dev.json."),
      reading("Completed"),
    ]);
    await closed;
    expect(shown).toEqual(["Running", "Completed"]);
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatch(/^DATABASE_UNAVAILABLE: Postgres is away\. /);
    expect(notices[1]).toBe("The servers answer again.");
  });

  test("fails at once when the servers never answered", async () => {
    const { closed } = watch([away, reading("Completed")]);
    await expect(closed).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
    });
  });

  test("waits from the first read on when the servers answered before", async () => {
    const { closed } = watch([away, reading("Completed")], { known: true });
    expect((await closed).status).toBe("Completed");
  });

  test("does not wait out an error that waiting won't cure", async () => {
    const gone = new RefillError("BACKFILL_NOT_FOUND", "No such backfill.");
    const { closed } = watch([reading("Running"), gone]);
    await expect(closed).rejects.toMatchObject({ code: "BACKFILL_NOT_FOUND" });
  });

  test("repeats no warning", async () => {
    const { closed, notices } = watch([
      reading("Running", "Temporal is away."),
      reading("Running", "Temporal is away."),
      reading("Completed"),
    ]);
    await closed;
    expect(notices).toEqual(["Temporal is away."]);
  });

  test("ends on an interrupt, even during a read that hangs", async () => {
    const interrupts = new AbortController();
    const { closed, shown } = watch([reading("Running")], {
      signal: interrupts.signal,
    });
    setImmediate(() => {
      interrupts.abort();
    });
    await expect(closed).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(shown).toEqual(["Running"]);
  });

  test("tells once that it is paused and why, and goes on watching", async () => {
    const { closed, notices } = watch([
      stuck(1),
      stuck(0),
      reading("Running"),
      reading("Completed"),
    ]);
    expect((await closed).status).toBe("Completed");
    expect(notices).toEqual([
      expect.stringMatching(
        /^Paused: 5 runs in a row failed with SOURCE_FORBIDDEN\. `refill backfill resume /,
      ),
    ]);
  });

  test("ends, where whoever waits is alone, when failures have paused it and nothing is at work", async () => {
    const { closed, shown } = watch([stuck(1), stuck(0)], {
      endsWhenStuck: true,
    });
    expect((await closed).paused_by).toBe("failures");
    expect(shown).toHaveLength(2);
  });
});
