import { useState } from "preact/hooks";
import { type Overlap, overlaps } from "../../domain/plans/overlap.js";
import { countedText } from "../page/figures.js";
import { Plan } from "../plans/plan.js";
import { type Asked, usePlan } from "../plans/use-plan.js";
import { Alert } from "./status.js";

/** What becomes of a backfill that overlaps an open one of the export. */
const overlapNames: Readonly<Record<Overlap, string>> = {
  refuse: "Refuse an overlap",
  trim: "Take what is free",
  queue: "Wait for them",
};

/** Asks for a range, shows the plan, and starts exactly that plan. */
export function StartForm(props: {
  readonly team: number;
  readonly name: string;
}) {
  const { team, name } = props;
  const [asked, setAsked] = useState<Asked>({
    start: "",
    end: "",
    only: "all",
    overlap: "refuse",
    concurrency: "4",
    note: "",
  });
  const { plan, error, isBusy, forget, go } = usePlan(team, name, asked);
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
    <form
      class="panel"
      aria-label="Start a backfill"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
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
            {overlaps.map((value) => (
              <option key={value} value={value}>
                {overlapNames[value]}
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
          : `Start ${countedText(plan.total_runs, "run")}`}
      </button>
      {isBusy && <span role="status"> A worker looks at the source …</span>}
    </form>
  );
}
