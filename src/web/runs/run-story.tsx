import type { RunStoryObject } from "../../contract/objects/run-story.js";
import { Alert, Status } from "../backfills/status.js";
import { bytesText, countText } from "../page/figures.js";
import { usePolled } from "../page/polled.js";
import { Time } from "../page/time.js";

/** All that the ledger knows of one run. */
export function RunStory(props: {
  readonly path: string;
  readonly ordinal: number;
  readonly onClose: () => void;
}) {
  const { value, error } = usePolled<RunStoryObject>(
    `${props.path}runs/${String(props.ordinal)}/`,
    5_000,
  );
  return (
    <section class="panel" aria-label={`Run ${String(props.ordinal)}`}>
      <div class="title">
        <h2>{`Run ${countText(props.ordinal)}`}</h2>
        {value !== null && <Status status={value.run.status} />}
        <button onClick={props.onClose}>Close</button>
      </div>
      <Alert text={error} />
      {value !== null && <Story story={value} />}
    </section>
  );
}

function Story({ story }: { readonly story: RunStoryObject }) {
  const { run, planned, attempts } = story;
  return (
    <>
      <p>
        <Time at={run.data_interval_start} /> to{" "}
        <Time at={run.data_interval_end} />
      </p>
      <p>{planned.reason}</p>
      <ol>
        {attempts.map((attempt) => (
          <li key={`${String(attempt.generation)}.${String(attempt.attempt)}`}>
            {`Attempt ${countText(attempt.attempt)} by ${attempt.worker}: ${attempt.became}, `}
            <Time at={attempt.began_at} /> to <Time at={attempt.ended_at} />
            {attempt.error !== null && (
              <span class="alert">{` ${attempt.error.code}: ${attempt.error.message}`}</span>
            )}
          </li>
        ))}
      </ol>
      {run.files.map((file) => (
        <p key={file.key} class="file">
          <code>{file.key}</code>
          {` ${bytesText(file.bytes)}, ${countText(file.records)} records, SHA-256 `}
          <code>{file.sha256}</code>
        </p>
      ))}
    </>
  );
}
