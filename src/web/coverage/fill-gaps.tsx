import { useEffect, useState } from "preact/hooks";
import type { CoverageCalendarObject } from "../../contract/objects/coverage.js";
import { RunsAtOnce } from "../backfills/runs-at-once.js";
import { Alert } from "../backfills/status.js";
import { countedText } from "../page/figures.js";
import { Modal } from "../page/modal.js";
import { Time } from "../page/time.js";
import { Plan } from "../plans/plan.js";
import { usePlan } from "../plans/use-plan.js";

/** Says what filling the gaps of a coverage would do, has a worker look at the source, and starts exactly that. */
export function FillGaps(props: {
  readonly team: number;
  readonly name: string;
  readonly of: CoverageCalendarObject;
  readonly onClose: () => void;
}) {
  const { team, name, of, onClose } = props;
  // As it was when the dialog opened: it says what will happen.
  const [{ start, end, intervals }] = useState(of);
  const [concurrency, setConcurrency] = useState("4");
  const { plan, error, isBusy, go } = usePlan(team, name, {
    start: start ?? "",
    end,
    only: "missing",
    overlap: "trim",
    concurrency,
    note: "fills the gaps of its coverage",
  });
  useEffect(go, []);
  const gaps = intervals.missing + intervals.failed;
  return (
    <Modal title="Fill the gaps" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <p>
          {`Starts a backfill of ${countedText(gaps, "interval")}, missing or failed, from `}
          <Time at={start} />
          {" to "}
          <Time at={end} />. What is covered stays as it is, and what an open
          backfill holds is left to it.
        </p>
        {isBusy && <p role="status">A worker looks at the source …</p>}
        {plan !== null && <Plan plan={plan} />}
        <RunsAtOnce least={1} value={concurrency} onChange={setConcurrency} />
        <Alert text={error} />
        <div class="choices">
          <button type="button" onClick={onClose}>
            Go back
          </button>
          <button class="primary" disabled={isBusy}>
            {plan === null
              ? "Look again"
              : `Start ${countedText(plan.total_runs, "run")}`}
          </button>
        </div>
      </form>
    </Modal>
  );
}
