import type { PageOf } from "../../contract/objects/page.js";
import type { RunObject } from "../../contract/objects/run.js";
import { Alert } from "../backfills/status.js";
import { Disclosure } from "../page/disclosure.js";
import { bytesText, countText } from "../page/figures.js";
import { PageButtons, usePages } from "../page/pages.js";
import { usePolled } from "../page/polled.js";

const RUNS_A_PAGE = 200;

/** The files of the completed runs, with their sizes and checksums, once asked for: those of some runs on a page. */
export function Files({ path }: { readonly path: string }) {
  return (
    <Disclosure name="Files">{() => <FilePages path={path} />}</Disclosure>
  );
}

function FilePages({ path }: { readonly path: string }) {
  const pages = usePages();
  const query = new URLSearchParams({
    status: "Completed",
    limit: String(RUNS_A_PAGE),
    ...(pages.cursor === undefined ? {} : { cursor: pages.cursor }),
  });
  const { value, error } = usePolled<PageOf<RunObject>>(
    `${path}runs/?${query.toString()}`,
    30_000,
  );
  return (
    <>
      <Alert text={error} />
      {value !== null && (
        <>
          <p class="quiet">{rangeText(value.results)}</p>
          <FileTable runs={value.results} />
        </>
      )}
      <PageButtons
        label="Pages of files"
        names={{ back: "Earlier runs", on: "Later runs" }}
        next={value?.next ?? null}
        pages={pages}
      />
    </>
  );
}

function rangeText(runs: readonly RunObject[]): string {
  const first = runs[0]?.ordinal;
  const last = runs.at(-1)?.ordinal;
  return typeof first === "number" && typeof last === "number"
    ? `Of completed runs ${countText(first)} to ${countText(last)}, in the order of export.`
    : "No run is completed yet.";
}

function FileTable({ runs }: { readonly runs: readonly RunObject[] }) {
  return (
    <div class="scroll" role="region" aria-label="Files" tabIndex={0}>
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
          {runs
            .flatMap((run) => run.files)
            .map((file) => (
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
