import type { AnswerInput } from "../../contract/worker-requests.js";
import type { PackedRuns } from "../../domain/plans/packed-runs.js";
import { takeRequest } from "./worker-requests.js";

/** Counts one page of a plan's runs: all of them would not fit into one payload. */
export function countRuns(
  input: AnswerInput<"countRuns">,
): Promise<PackedRuns> {
  return takeRequest(input).countRuns(input.request);
}
