import type {
  AnswerInput,
  ExportTest,
} from "../../contract/worker-requests.js";
import { takeRequest } from "./worker-requests.js";

/** Connects to both ends of an export, for a client to see whether that works. */
export function testExport(
  input: AnswerInput<"testExport">,
): Promise<ExportTest> {
  return takeRequest(input).testExport(input.request);
}
