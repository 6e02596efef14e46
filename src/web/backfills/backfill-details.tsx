import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { countText } from "../page/figures.js";
import { Time } from "../page/time.js";

/** Failed runs, those that failed alike as one. */
export function Failures({ of }: { readonly of: BackfillDescription }) {
  if (of.failures.length === 0) return null;
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">Failures</h2>
      <ul class="plain-list">
        {of.failures.map((group) => (
          <li key={group.fingerprint}>
            <strong>{`${countText(group.runs)} × ${group.code}`}</strong>
            {group.retryable
              ? " may pass when retried, last "
              : " stays until its cause is gone, last "}
            <Time at={group.last_at} />
            <pre>{`Run ${countText(group.sample.ordinal)}: ${group.sample.message}`}</pre>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was asked of the backfill, by whom and why. */
export function AuditTrail({ of }: { readonly of: BackfillDescription }) {
  return (
    <section aria-labelledby="audit">
      <h2 id="audit">Audit trail</h2>
      <ul class="plain-list">
        {of.commands.map((command) => (
          <li key={command.id}>
            <Time at={command.requested_at} /> <strong>{command.kind}</strong>
            {` by ${command.requested_by}`}
            {command.reason !== null && `: ${command.reason}`}
          </li>
        ))}
      </ul>
    </section>
  );
}
