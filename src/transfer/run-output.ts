import type { BatchExportDefinition } from "../definition/definition.js";
import type {
  DestinationOutput,
  ObjectOutput,
} from "../definition/destinations/destination-kind.js";
import { outputOf } from "../definition/destinations/destination-kinds.js";
import { renderKey } from "../domain/keys/key-template.js";
import type { Format } from "./format.js";
import { createFormat } from "./formats/format-registry.js";
import { rowFormat } from "./formats/rows.js";
import type { Interval } from "./source.js";

/** What the runs of a definition come to: in which form, under which keys, in pieces of which size. */
export interface RunOutput {
  readonly format: Format;
  /** Null: all of a run in one piece. */
  readonly maxFileBytes: number | null;
  /** The key of an interval, without the format's suffix. */
  keyOf(interval: Interval): string;
}

const bytesPerMb = 1_000_000;

/** Where no template names the pieces, the interval does: each has one of its own. */
const intervalKey = "{data_interval_start}-{data_interval_end}";

/** Reads off a definition what its runs come to. */
export function runOutputOf(definition: BatchExportDefinition): RunOutput {
  const { format, destination, name, timezone: timeZone } = definition;
  const { key, maxFileSizeMb } = namingOf(outputOf(destination));
  return {
    format: format === null ? rowFormat() : createFormat(format),
    maxFileBytes: maxFileSizeMb === null ? null : maxFileSizeMb * bytesPerMb,
    keyOf: ({ startMs, endMs }) =>
      renderKey(key, {
        name,
        timeZone,
        intervalStartMs: startMs,
        intervalEndMs: endMs,
      }),
  };
}

function namingOf(
  output: DestinationOutput,
): Pick<ObjectOutput, "key" | "maxFileSizeMb"> {
  return output.keeps === "rows"
    ? { key: intervalKey, maxFileSizeMb: null }
    : output;
}
