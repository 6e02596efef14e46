import type { FastifyInstance } from "fastify";
import { HttpProblem } from "./http-problem.js";
import { plainProblem } from "./problem.js";

/** As JSON escapes it: a NUL, or half of a surrogate pair. Postgres stores neither, in text or in jsonb. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(0000|d[89a-f][0-9a-f]{2})/;

/** Refuses requests with text that no Postgres can hold, which would otherwise come out as a fault of the server. */
export function refuseUnstorableText(app: FastifyInstance): void {
  app.addHook("preValidation", (request, _reply, done) => {
    const parts = {
      path: request.params,
      query: request.query,
      body: request.body,
    };
    const errors = Object.entries(parts)
      .filter(([, part]) => unstorable.test(JSON.stringify(part ?? null)))
      .map(([path]) => ({ path, message: "holds a NUL or half a character" }));
    done(errors.length === 0 ? undefined : refusal(errors));
  });
}

function refusal(
  errors: readonly { readonly path: string; readonly message: string }[],
): HttpProblem {
  return new HttpProblem(
    plainProblem(
      400,
      "REQUEST_INVALID",
      `Expected text that can be stored; got a NUL or half a character in the ${errors.map(({ path }) => path).join(", ")}.`,
      errors,
    ),
  );
}
