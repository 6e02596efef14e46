import type {
  PlanPreview,
  PreviewPlanInput,
} from "../../contract/worker-requests.js";
import { takeRequest } from "./worker-requests.js";

/** Makes the plan that a start would make, for a client to look at. */
export function previewPlan(input: PreviewPlanInput): Promise<PlanPreview> {
  return takeRequest().previewPlan(input);
}
