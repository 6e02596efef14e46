import type { ProgressObject } from "../../contract/objects/backfill.js";
import { countText, percentText } from "../page/figures.js";

/** A status as a word with its colour. */
export function Status({ status }: { readonly status: string }) {
  return <span class={`status ${status}`}>{status}</span>;
}

/** How far a backfill has come, as a bar and in numbers. */
export function ProgressBar({ of }: { readonly of: ProgressObject | null }) {
  const share = of?.progress ?? 0;
  return (
    <span class="bar-of-runs">
      <progress value={share} max={1} aria-label="Finished runs" />
      <span class="figure">
        {percentText(of?.progress ?? null)}
        <small>
          {` ${countText(of?.finished_runs ?? null)} of ${countText(of?.total_runs ?? null)}`}
        </small>
      </span>
    </span>
  );
}

/** An error, told to screen readers as it comes. */
export function Alert({ text }: { readonly text: string | null }) {
  return text === null ? null : (
    <p class="alert" role="alert">
      {text}
    </p>
  );
}
