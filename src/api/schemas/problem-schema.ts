import { titleOf } from "../http/problem.js";

/** The component of every error (RFC 9457). */
export const problemSchema = {
  $id: "Problem",
  type: "object",
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { path: { type: "string" }, message: { type: "string" } },
        required: ["path", "message"],
      },
    },
    details: { type: "object" },
  },
  required: ["type", "title", "status", "detail", "code", "errors", "details"],
} as const;

const everywhere = [400, 401, 403, 404, 429, 500, 503];

/** What a route may answer besides its success: what every route may, whose path is text, and its own. */
export function problemAnswers(...own: readonly number[]) {
  const content = {
    "application/problem+json": { schema: { $ref: "Problem#" } },
  };
  return Object.fromEntries(
    [...own, ...everywhere].map((status) => [
      status,
      { description: titleOf(status), content },
    ]),
  );
}
