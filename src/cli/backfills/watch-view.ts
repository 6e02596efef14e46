import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { isOpen } from "../../domain/backfills/status.js";
import { createPaint } from "../terminal/paint.js";
import { printable } from "../terminal/printable.js";
import {
  canRedraw,
  speaksUnicode,
  type Surroundings,
} from "../terminal/surroundings.js";
import {
  progressView,
  renderProgressBar,
  renderProgressLine,
} from "./progress-bar.js";

/** Where nothing can be redrawn, a line at most this often. */
const plainLineEveryMs = 5_000;
const eraseLine = "\r\u001b[2K";

/** Progress on stderr. */
export interface WatchView {
  readonly show: (description: BackfillDescription) => void;
  readonly notice: (line: string) => void;
  /** Leaves the cursor at the beginning of a line. */
  readonly end: () => void;
}

/** A bar that is drawn over on a terminal; elsewhere plain lines, now and then, when something changed. */
export function createWatchView(options: {
  readonly surroundings: Pick<Surroundings, "stderr" | "env">;
  readonly noColor: boolean;
  readonly nowMs: () => number;
}): WatchView {
  const { stderr, env } = options.surroundings;
  return canRedraw(stderr, env) ? liveView(options) : plainView(options);
}

type ViewOptions = Parameters<typeof createWatchView>[0];

function liveView({ surroundings, noColor }: ViewOptions): WatchView {
  const { stderr, env } = surroundings;
  const look = {
    unicode: speaksUnicode(env),
    paint: createPaint(!noColor),
  };
  let drawn = "";
  return {
    show(description) {
      // One column stays free: some terminals wrap when the last one is written.
      const columns = (stderr.columns ?? 80) - 1;
      drawn = renderProgressBar(progressView(description), {
        ...look,
        columns,
      });
      stderr.write(eraseLine + drawn);
    },
    notice(line) {
      stderr.write(`${eraseLine}${printable(line)}\n${drawn}`);
    },
    end() {
      if (drawn !== "") stderr.write("\n");
      drawn = "";
    },
  };
}

function plainView({ surroundings, nowMs }: ViewOptions): WatchView {
  const { stderr } = surroundings;
  let written = "";
  let status = "";
  let nextMs = -Infinity;
  return {
    show(description) {
      const line = renderProgressLine(progressView(description));
      const due = nowMs() >= nextMs || description.status !== status;
      if (line === written || !(due || !isOpen(description.status))) return;
      [written, status] = [line, description.status];
      nextMs = nowMs() + plainLineEveryMs;
      stderr.write(`${line}\n`);
    },
    notice(line) {
      stderr.write(`${printable(line)}\n`);
    },
    end: () => undefined,
  };
}
