import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { HttpProblem } from "./http-problem.js";
import { plainProblem } from "./problem.js";

/**
 * The id that a backfill gets from an `Idempotency-Key`: the same key of the same team and export gives the same id, so
 * that the same request twice starts one backfill. Null where the request has no key.
 * @throws HttpProblem 400 for a key that is none
 */
export function idFromIdempotencyKey(
  request: FastifyRequest,
  scope: { readonly team: number; readonly batchExportId: string },
): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new HttpProblem(
      plainProblem(
        400,
        "REQUEST_INVALID",
        "Expected an Idempotency-Key of 1 to 255 visible ASCII characters; got another.",
      ),
    );
  }
  const { team, batchExportId } = scope;
  return uuidOf(`refill:start:${String(team)}:${batchExportId}:${key}`);
}

/** A UUID of version 8, whose bits are ours to choose (RFC 9562, 5.8): the beginning of a SHA-256. */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
