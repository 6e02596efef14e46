import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { countText } from "../page/figures.js";

/** A button, and what pressing it leads to, said before anything is done. */
export interface Control {
  readonly name: string;
  readonly path: string;
  readonly says: string;
  readonly body: object;
  /** Set where a number is asked for: what stands there first. */
  readonly concurrency?: number;
}

/** What can be asked of a backfill in the state that it is in. */
export function controlsOf(of: BackfillDescription): readonly Control[] {
  return of.finished_at === null ? openControls(of) : closedControls(of);
}

function closedControls(of: BackfillDescription): readonly Control[] {
  const { runs } = of;
  const left = (runs?.total ?? 0) - (runs?.completed ?? 0);
  const verify: Control = {
    name: "Verify",
    path: "verify",
    says: "A worker compares each run's counts and files at the destination with what was recorded. Nothing is changed.",
    body: {},
  };
  const retry: Control = {
    name: "Retry",
    path: "retry",
    says: `Reopens the backfill for the ${countText(left)} runs that are not completed. What is completed stays as it is.`,
    body: {},
  };
  return left > 0 || runs === null ? [retry, ...repin(of), verify] : [verify];
}

/** Where the export has a newer definition than the one that runs to come are exported under. */
function repin(of: BackfillDescription): readonly Control[] {
  const { definition_version: pinned, export_definition_version: current } = of;
  const { total = 0, completed = 0 } = of.runs ?? {};
  if (pinned === current || total === completed) return [];
  const then = of.finished_at === null ? "" : " Nothing begins before a retry.";
  return [
    {
      name: "Take the new definition",
      path: "repin",
      says: `The ${countText(total - completed)} runs that are not completed are exported under version ${countText(current)} of the export's definition in place of version ${countText(pinned)}. Runs at work end under the old one, and what is completed stays as it is.${then}`,
      body: {},
    },
  ];
}

function openControls(of: BackfillDescription): readonly Control[] {
  const { running = 0, starting = 0 } = of.runs ?? {};
  return [
    of.paused ? resume(starting) : pause(running),
    {
      name: "Concurrency",
      path: "concurrency",
      says: `At most so many runs are at work at once, now ${countText(of.concurrency)}. With less, those at work go on to their end; 0 pauses.`,
      body: {},
      concurrency: of.concurrency,
    },
    {
      name: "Cancel",
      path: "cancel",
      says: `Stops the ${countText(running)} runs at work and cancels the ${countText(starting)} that have not begun. What is completed stays at the destination; a retry can go on from there.`,
      body: { mode: "stop" },
    },
    ...repin(of),
  ];
}

function pause(running: number): Control {
  return {
    name: "Pause",
    path: "pause",
    says: `No further run begins. The ${countText(running)} at work go on to their end.`,
    body: {},
  };
}

function resume(starting: number): Control {
  return {
    name: "Resume",
    path: "resume",
    says: `Runs begin again: ${countText(starting)} are left to begin.`,
    body: {},
  };
}
