import { useState } from "preact/hooks";
import type { BackfillDescription, RunObject } from "../contract/backfill.js";
import { bytesText, countText } from "./figures.js";
import { usePolled } from "./polled.js";
import { Alert } from "./status.js";
import { Time } from "./time.js";

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

/** The files of the completed runs, with their sizes and checksums, once asked for. */
export function Files({ path }: { readonly path: string }) {
  const [isShown, setIsShown] = useState(false);
  return (
    <details
      onToggle={(event) => {
        setIsShown(event.currentTarget.open);
      }}
    >
      <summary>Files</summary>
      {isShown && <FileTable path={path} />}
    </details>
  );
}

function FileTable({ path }: { readonly path: string }) {
  const { value, error } = usePolled<{
    readonly results: readonly RunObject[];
  }>(`${path}runs/?status=Completed&limit=200`, 30_000);
  const files = value?.results.flatMap((run) => run.files) ?? [];
  return (
    <div class="scroll" role="region" aria-label="Files" tabIndex={0}>
      <Alert text={error} />
      <p class="quiet">Of the first 200 completed runs.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Size</th>
            <th scope="col">Records</th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {files.map((file) => (
            <tr key={file.key}>
              <td>{file.key}</td>
              <td class="figure">{bytesText(file.bytes)}</td>
              <td class="figure">{countText(file.records)}</td>
              <td>
                <code title={file.sha256}>{file.sha256.slice(0, 12)}…</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
