import { useState } from "preact/hooks";
import type { BackfillObject, PlanObject } from "../contract/backfill.js";
import { countText, durationText } from "./figures.js";
import { ask, exportPath, messageOf } from "./request.js";
import { linkTo } from "./route.js";
import { Alert } from "./status.js";
import { Time } from "./time.js";

interface Asked {
  readonly start: string;
  readonly end: string;
  readonly only: string;
  readonly overlap: string;
  readonly concurrency: string;
  readonly note: string;
}

/** What becomes of a backfill that overlaps an open one of the export. */
const overlaps = [
  ["refuse", "Refuse an overlap"],
  ["trim", "Take what is free"],
  ["queue", "Wait for them"],
] as const;

/** Asks for a range, shows the plan, and starts exactly that plan. */
export function StartForm(props: {
  readonly team: number;
  readonly name: string;
  readonly only: string;
  readonly start?: string;
  readonly end?: string;
}) {
  const { team, name, only, start = "", end = "" } = props;
  const [asked, setAsked] = useState<Asked>({
    ...{ start, end, only, overlap: "refuse", concurrency: "4", note: "" },
  });
  const { plan, error, isBusy, forget, submit } = usePlan(team, name, asked);
  const field = (label: string, of: keyof Asked, hint: string) => (
    <label>
      {label}
      <input
        value={asked[of]}
        placeholder={hint}
        onInput={(event) => {
          setAsked({ ...asked, [of]: event.currentTarget.value });
          if (of !== "note" && of !== "concurrency") forget();
        }}
      />
    </label>
  );
  return (
    <form class="panel" aria-label="Start a backfill" onSubmit={submit}>
      <div class="fields">
        {field("From", "start", "2024-03-01, or empty: all")}
        {field("To", "end", "2024-04-01, or empty: now")}
        {field("Only", "only", "all, missing, failed, stale")}
        <label>
          Beside open ones
          <select
            value={asked.overlap}
            onChange={(event) => {
              setAsked({ ...asked, overlap: event.currentTarget.value });
              forget();
            }}
          >
            {overlaps.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {field("Concurrency", "concurrency", "1 to 500")}
        {field("Note", "note", "for the audit trail")}
      </div>
      <Alert text={error} />
      {plan !== null && <Plan plan={plan} />}
      <button class="primary" disabled={isBusy}>
        {plan === null
          ? "Show the plan"
          : `Start ${countText(plan.total_runs)} runs`}
      </button>
      {isBusy && <span role="status"> A worker looks at the source …</span>}
    </form>
  );
}

/** The plan of what is asked for, once submitted; submitted again, its start. */
function usePlan(team: number, name: string, asked: Asked) {
  const [plan, setPlan] = useState<PlanObject | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const base = `${exportPath(team, name)}backfills/`;
  const preview = async () => {
    setPlan(await ask<PlanObject>(`${base}plan/`, "POST", rangeOf(asked)));
  };
  const begin = async (digest: string) => {
    const started = await ask<BackfillObject>(base, "POST", {
      ...rangeOf(asked),
      concurrency: Number(asked.concurrency),
      note: asked.note === "" ? null : asked.note,
      plan: digest,
    });
    location.hash = linkTo(team, name, "backfills", started.id);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    (plan === null ? preview() : begin(plan.digest))
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
  return { plan, error, isBusy, forget, submit };
}

function rangeOf({ start, end, only, overlap }: Asked) {
  return {
    start_at: start === "" ? null : start,
    end_at: end === "" ? null : end,
    only: only === "" ? "all" : only,
    overlap,
  };
}

function Plan({ plan }: { readonly plan: PlanObject }) {
  return (
    <div role="status">
      <dl class="facts">
        <Fact name="Runs" text={countText(plan.total_runs)} />
        <Fact name="Records" text={countText(plan.total_records_count)} />
        <Fact
          name="Estimated time"
          text={durationText(plan.estimated_seconds)}
        />
        <Fact name="Conflicts" text={countText(plan.conflicts.length)} />
      </dl>
      {plan.conflicts.map((conflict) => (
        <p key={conflict.backfill} class="alert">
          {`Backfill ${conflict.backfill} is ${conflict.status} from `}
          <Time at={conflict.start} />
          {" to "}
          <Time at={conflict.end} />
        </p>
      ))}
      {plan.warnings.map((warning) => (
        <p key={warning} class="quiet">
          {warning}
        </p>
      ))}
    </div>
  );
}

/** A name and what goes with it, in a `dl`. */
export function Fact(props: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.text}</dd>
    </div>
  );
}
