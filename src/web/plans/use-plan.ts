import { useState } from "preact/hooks";
import type { BackfillObject } from "../../contract/objects/backfill.js";
import type { PlanObject } from "../../contract/objects/plan.js";
import { ask, exportPath, messageOf } from "../page/request.js";
import { linkTo } from "../page/route.js";

/** A backfill as it is asked for, as typed. */
export interface Asked {
  readonly start: string;
  readonly end: string;
  readonly only: string;
  readonly overlap: string;
  readonly concurrency: string;
  readonly note: string;
}

/** The plan of what is asked for, after the first `go`; with the next one exactly that plan is started. */
export function usePlan(team: number, name: string, asked: Asked) {
  const [plan, setPlan] = useState<PlanObject | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const base = `${exportPath(team, name)}backfills/`;
  const preview = async () => {
    setPlan(await ask<PlanObject>(`${base}plan/`, "POST", rangeOf(asked)));
  };
  const begin = async ({ runs: _, ...approved }: PlanObject) => {
    const started = await ask<BackfillObject>(base, "POST", {
      ...rangeOf(asked),
      concurrency: Number(asked.concurrency),
      note: asked.note === "" ? null : asked.note,
      plan: approved,
    });
    location.hash = linkTo(team, name, "backfills", started.id);
  };
  const go = () => {
    setIsBusy(true);
    setError(null);
    (plan === null ? preview() : begin(plan))
      .catch((refused: unknown) => {
        setError(messageOf(refused));
      })
      .finally(() => {
        setIsBusy(false);
      });
  };
  const forget = () => {
    setPlan(null);
  };
  return { plan, error, isBusy, forget, go };
}

function rangeOf({ start, end, only, overlap }: Asked) {
  return {
    start_at: start === "" ? null : start,
    end_at: end === "" ? null : end,
    only: only === "" ? "all" : only,
    overlap,
  };
}
