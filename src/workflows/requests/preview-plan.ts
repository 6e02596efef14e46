import type {
  AnswerInput,
  PlanPreview,
} from "../../contract/worker-requests.js";
import { takeRequest } from "./worker-requests.js";

/** Makes the plan that a start would make, for a client to look at. */
export function previewPlan(
  input: AnswerInput<"previewPlan">,
): Promise<PlanPreview> {
  return takeRequest(input).previewPlan(input.request);
}
