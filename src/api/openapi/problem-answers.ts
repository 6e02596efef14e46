import { problem } from "../../contract/objects/problem.js";
import { problemMediaType, titleOf } from "../http/problem.js";
import { jsonSchemaOf } from "./json-schema.js";

const everywhere = [400, 401, 403, 404, 429, 500, 503];

/** What a route may answer besides its success: what every route may, whose path is text, and its own. */
export function problemAnswers(...own: readonly number[]) {
  const content = { [problemMediaType]: { schema: jsonSchemaOf(problem) } };
  return Object.fromEntries(
    own
      .concat(everywhere)
      .map((status) => [status, { description: titleOf(status), content }]),
  );
}
