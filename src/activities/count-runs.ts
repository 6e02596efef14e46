import type { CountRunsInput } from "../contract/worker-requests.js";
import type { BatchExportDefinition } from "../definition/definition.js";
import { instantOf } from "../domain/instant.js";
import type { IntervalSpec } from "../domain/interval.js";
import {
  type CountedRun,
  type PackedRuns,
  packRuns,
} from "../domain/packed-runs.js";
import { type TimeRange, intervalsOf } from "../domain/split.js";
import { countRecords, recordsByIndex } from "../operations/count-records.js";
import { specOf } from "../operations/make-plan.js";
import { openSource } from "../operations/open-source.js";
import { answerRequest } from "./answer-request.js";
import type { ActivityDependencies } from "./dependencies.js";

/** The first `limit` runs of a range. Counts no further than they reach. */
export function countRuns(
  dependencies: ActivityDependencies,
  input: CountRunsInput,
): Promise<PackedRuns> {
  return answerRequest(dependencies, input, async (definition, signal) => {
    const spec = specOf(definition);
    const runs = firstRuns(spec, input);
    const counted = input.counted
      ? await withRecords(dependencies, { definition, spec, runs }, signal)
      : runs.map((run) => ({ ...run, records: null }));
    return packRuns(counted);
  });
}

function firstRuns(
  spec: IntervalSpec,
  { start, end, limit }: CountRunsInput,
): readonly TimeRange[] {
  const range = { startMs: instantOf(start), endMs: instantOf(end) };
  const runs: TimeRange[] = [];
  for (const run of intervalsOf(spec, range)) {
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
    readonly runs: readonly TimeRange[];
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
        intervals: runs.length,
        histogramLimitMs: config.histogramLimitMs,
      },
      signal,
    );
    const recordsOf = recordsByIndex(histogram);
    const counted: CountedRun[] = [];
    for (const [index, run] of runs.entries()) {
      counted.push({ ...run, records: await recordsOf(index) });
    }
    return counted;
  } finally {
    await source.close();
  }
}
