import type { CountRunsInput } from "../contract/worker-requests.js";
import type { BatchExportDefinition } from "../definition/definition.js";
import { instantOf } from "../domain/instant.js";
import type { IntervalSpec } from "../domain/interval.js";
import {
  type CountedRun,
  type PackedRuns,
  packRuns,
} from "../domain/packed-runs.js";
import type { TimeRange } from "../domain/split.js";
import { ChosenIntervals } from "../operations/chosen-intervals.js";
import { countRecords, recordsByIndex } from "../operations/count-records.js";
import { specOf } from "../operations/make-plan.js";
import { openSource } from "../operations/open-source.js";
import {
  selectionOf,
  selectorOf,
  type SelectParts,
  withinOf,
} from "../operations/select-intervals.js";
import { answerRequest } from "./answer-request.js";
import type { ActivityDependencies } from "./dependencies.js";

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
