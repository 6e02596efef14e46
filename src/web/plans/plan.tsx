import type { PlanObject } from "../../contract/objects/plan.js";
import { Fact } from "../page/fact.js";
import { countText, durationText } from "../page/figures.js";
import { Time } from "../page/time.js";

/** What would run, how long it would take, and what is in its way. */
export function Plan({ plan }: { readonly plan: PlanObject }) {
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
