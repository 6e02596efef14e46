import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { toJson } from "../../contract/json.js";
import type { Problem, ProblemItem } from "../../contract/objects/problem.js";
import { isRefillError } from "../../domain/errors.js";
import { isTemporalUnavailable } from "../../temporal/classify-error.js";
import { HttpProblem } from "./http-problem.js";
import {
  plainProblem,
  problemMediaType,
  problemOf,
  RETRY_AFTER_SECONDS,
} from "./problem.js";

/** Answers every error as a problem document. What is no fault of the request's is told to `say`, and not to the client. */
export function answerErrors(
  app: FastifyInstance,
  say: (line: string) => void,
): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemFor(error);
    if (problem.status === 500) {
      say(
        `${request.method} ${request.url} failed: ${error.stack ?? String(error)}`,
      );
    }
    if (error instanceof HttpProblem) void reply.headers(error.headers);
    return sendProblem(reply, problem);
  });
}

/** Sends a problem, with `Retry-After` where asking again is the thing to do. */
export function sendProblem(
  reply: FastifyReply,
  problem: Problem,
): FastifyReply {
  if (problem.status === 503) {
    void reply.header("retry-after", String(RETRY_AFTER_SECONDS));
  }
  return reply
    .code(problem.status)
    .header("content-type", problemMediaType)
    .serializer(toJson)
    .send(problem);
}

function problemFor(error: FastifyError): Problem {
  if (error instanceof HttpProblem) return error.problem;
  if (isRefillError(error)) return problemOf(error);
  if (error.validation !== undefined) return invalidRequest(error);
  if (isTemporalUnavailable(error)) {
    return plainProblem(503, "TEMPORAL_UNAVAILABLE", "Temporal is away.");
  }
  const known = ownStatuses[error.statusCode ?? 500];
  if (known !== undefined) {
    return plainProblem(
      error.statusCode ?? 500,
      known,
      ownDetails[known] ?? error.message,
    );
  }
  return plainProblem(
    500,
    "INTERNAL",
    "A fault in Refill. The server's log tells more.",
  );
}

/** What fastify itself refuses, by the status that it gives. */
const ownStatuses: Readonly<Record<number, string>> = {
  400: "REQUEST_INVALID",
  413: "BODY_TOO_LARGE",
  415: "MEDIA_TYPE_NOT_SUPPORTED",
};

/** Said instead of fastify's own words, where those don't tell what to do. */
const ownDetails: Readonly<Record<string, string>> = {
  MEDIA_TYPE_NOT_SUPPORTED:
    "Expected a body of JSON; got another, or one that does not say so. Send it with Content-Type: application/json.",
};

function invalidRequest(error: FastifyError): Problem {
  const errors = (error.validation ?? []).map((one): ProblemItem => {
    const path = `${error.validationContext ?? "request"}${one.instancePath.replaceAll("/", ".")}`;
    const extra = one.params["additionalProperty"];
    return {
      path: typeof extra === "string" ? `${path}.${extra}` : path,
      message: messageOf(one.message, one.params),
    };
  });
  return plainProblem(
    400,
    "REQUEST_INVALID",
    `The request is not valid: ${errors.map(({ path, message }) => `${path}: ${message}`).join("; ")}`,
    errors,
  );
}

function messageOf(
  message: string | undefined,
  params: Readonly<Record<string, unknown>>,
): string {
  const allowed = params["allowedValues"];
  if (Array.isArray(allowed)) return `expected one of ${allowed.join(", ")}`;
  if (typeof params["additionalProperty"] === "string") return "unknown key";
  return message ?? "not valid";
}
