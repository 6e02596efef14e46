import type { CountRunsInput } from "../../contract/worker-requests.js";
import type { BatchExportDefinition } from "../../definition/definition.js";
import { specOf } from "../../definition/interval-spec.js";
import {
  type CountedRun,
  type PackedRuns,
  packRuns,
} from "../../domain/plans/packed-runs.js";
import { instantOf } from "../../domain/time/instant.js";
import type { IntervalSpec } from "../../domain/time/interval.js";
import type { TimeRange } from "../../domain/time/split.js";
import {
  selectionOf,
  selectorOf,
  type SelectParts,
  withinOf,
} from "../../operations/plans/select-intervals.js";
import { openSource } from "../../transfer/open-source.js";
import type { ActivityDependencies } from "../dependencies.js";
import { answerRequest } from "../requests/answer-request.js";
import { ChosenIntervals } from "./chosen-intervals.js";
import { countRecords, recordsByIndex } from "./count-records.js";

/** The first `limit` runs of a range. Counts no further than they reach. */
export function countRuns(
  dependencies: ActivityDependencies,
  input: CountRunsInput,
): Promise<PackedRuns> {
  return answerRequest(dependencies, input, async (definition, signal) => {
    const spec = specOf(definition);
    const select = selectorOf(dependencies.pool, {
      batchExportId: input.batchExportId,
      definition,
      selection: selectionOf(definition, input.only),
      within: withinOf(input),
      backfillId: null,
    });
    const runs = await firstRuns(spec, input, select);
    const counted = input.counted
      ? await withRecords(dependencies, { definition, spec, runs }, signal)
      : runs.map((run) => ({ ...run, records: null }));
    return packRuns(counted);
  });
}

type PositionedRun = TimeRange & { readonly index: number };

async function firstRuns(
  spec: IntervalSpec,
  { start, end, limit }: CountRunsInput,
  select: SelectParts,
): Promise<readonly PositionedRun[]> {
  const range = { startMs: instantOf(start), endMs: instantOf(end) };
  const parts = select === null ? [range] : await select(range);
  const runs: PositionedRun[] = [];
  for (const run of new ChosenIntervals(spec, parts).positioned()) {
    runs.push(run);
    if (runs.length === limit) break;
  }
  return runs;
}

async function withRecords(
  { config, connections }: ActivityDependencies,
  {
    definition,
    spec,
    runs,
  }: {
    readonly definition: BatchExportDefinition;
    readonly spec: IntervalSpec;
    readonly runs: readonly PositionedRun[];
  },
  signal: AbortSignal,
): Promise<readonly CountedRun[]> {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return [];
  const source = await openSource(definition, connections);
  try {
    const histogram = await countRecords(
      {
        source,
        spec,
        range: { startMs: first.startMs, endMs: last.endMs },
        intervals: last.index + 1,
        histogramLimitMs: config.histogramLimitMs,
      },
      signal,
    );
    const recordsOf = recordsByIndex(histogram);
    const counted: CountedRun[] = [];
    for (const run of runs) {
      counted.push({ ...run, records: await recordsOf(run.index) });
    }
    return counted;
  } finally {
    await source.close();
  }
}
