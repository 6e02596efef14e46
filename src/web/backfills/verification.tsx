import type { VerificationWithFindings } from "../../contract/objects/verification.js";
import { countText } from "../page/figures.js";
import { usePolled } from "../page/polled.js";
import { Time } from "../page/time.js";
import { Alert, Status } from "./status.js";

const SHOWN_FINDINGS = 100;

/** Where a verification stands, and the first of what it found. */
export function Verification(props: {
  readonly path: string;
  readonly id: string;
}) {
  const { value, error } = usePolled<VerificationWithFindings>(
    `${props.path}verify/${props.id}/`,
    2_000,
  );
  return (
    <section class="panel" aria-labelledby="verification">
      <div class="title">
        <h2 id="verification">Verification</h2>
        {value !== null && <Status status={value.status} />}
      </div>
      <Alert text={error ?? value?.error?.message ?? null} />
      {value !== null && (
        <p role="status">
          {`${countText(value.checked_runs)} of ${countText(value.total_runs)} completed runs looked at, ${countText(value.findings_count)} findings.`}
        </p>
      )}
      <ul class="plain-list">
        {value?.findings.slice(0, SHOWN_FINDINGS).map((finding, index) => (
          <li key={index}>
            <strong>{finding.kind}</strong>{" "}
            <Time at={finding.data_interval_start} />
            {finding.key !== null && ` ${finding.key}`}
          </li>
        ))}
      </ul>
    </section>
  );
}
