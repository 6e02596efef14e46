import type { Config } from "../../config/config.js";
import type { BackfillObject } from "../../contract/objects/backfill.js";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { isRefillError, RefillError } from "../../domain/errors.js";
import type { ExitCode } from "../terminal/exit-code.js";
import type { Surroundings } from "../terminal/surroundings.js";
import { backfillObjectOf } from "./backfill-object.js";
import { createBackfillReader } from "./backfill-reader.js";
import { badEndLines } from "./description-view.js";
import { watchUntilClosed } from "./watch-loop.js";
import { createWatchView, type WatchView } from "./watch-view.js";

const pollMs = 500;
const retryMs = 1_000;

interface WatchRequest {
  readonly config: Config;
  readonly surroundings: Surroundings;
  readonly id: string;
}

/**
 * Watches a backfill to its end, with a bar on stderr or, where `onChange` is given, a call for each change of the object.
 * @throws RefillError INTERRUPTED; the backfill goes on
 */
export async function watchBackfill({
  onChange,
  ...request
}: WatchRequest & {
  readonly onChange?: (object: BackfillObject) => Promise<void>;
}): Promise<BackfillDescription> {
  const view = viewFor(request);
  try {
    return await follow(request, {
      view,
      known: false,
      endsWhenStuck: false,
      show: async (description) => {
        if (onChange === undefined) view.show(description);
        else await onChange(backfillObjectOf(description));
      },
    });
  } catch (error) {
    throw interrupted(error) ? stoppedWatching(request.id) : error;
  } finally {
    view.end();
  }
}

/**
 * Waits for the end of a backfill that was read before, with a bar on stderr. Answers the object as last read, and 130
 * when interrupted: the backfill goes on then.
 */
export async function waitForBackfill(
  request: WatchRequest & {
    readonly last: BackfillObject;
    readonly exitCodeOf: (status: BackfillObject["status"]) => ExitCode;
    /** Ends, too, when failures have paused the backfill: whoever waits for it alone would wait for ever. */
    readonly endsWhenStuck?: boolean;
  },
): Promise<{ readonly object: BackfillObject; readonly exitCode: ExitCode }> {
  const view = viewFor(request);
  let object = request.last;
  const show = (description: BackfillDescription) => {
    object = backfillObjectOf(description);
    view.show(description);
    for (const line of badEndLines(description)) view.notice(line);
    return Promise.resolve();
  };
  try {
    const { endsWhenStuck = false } = request;
    await follow(request, { view, known: true, endsWhenStuck, show });
    return { object, exitCode: request.exitCodeOf(object.status) };
  } catch (error) {
    if (!interrupted(error)) throw error;
    view.notice(stoppedWatching(request.id).message);
    return { object, exitCode: 130 };
  } finally {
    view.end();
  }
}

async function follow(
  { config, surroundings, id }: WatchRequest,
  {
    view,
    ...rest
  }: {
    readonly view: WatchView;
    readonly known: boolean;
    readonly endsWhenStuck: boolean;
    readonly show: (description: BackfillDescription) => Promise<void>;
  },
): Promise<BackfillDescription> {
  const reader = createBackfillReader({
    source: { config },
    id,
  });
  try {
    return await watchUntilClosed({
      ...rest,
      read: reader.read,
      notice: view.notice,
      signal: surroundings.signal,
      pollMs,
      retryMs,
    });
  } finally {
    await reader.close();
  }
}

function viewFor({ config, surroundings }: WatchRequest): WatchView {
  const { noColor } = config;
  return createWatchView({ surroundings, noColor, nowMs: Date.now });
}

function interrupted(error: unknown): boolean {
  return isRefillError(error) && error.code === "INTERRUPTED";
}

function stoppedWatching(id: string): RefillError {
  return new RefillError(
    "INTERRUPTED",
    `Stopped watching; the backfill goes on. Watch it again with \`refill backfill watch ${id}\`.`,
    { details: { backfill: id } },
  );
}
