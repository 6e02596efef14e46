import type { FindingObject } from "../../../contract/objects/verification.js";
import {
  verificationObject,
  verificationWithFindings,
} from "../../../contract/objects/verification.js";
import { verifyBody } from "../../../contract/requests/control-bodies.js";
import {
  backfillParams,
  type VerificationParams,
  verificationParams,
} from "../../../contract/requests/paths.js";
import {
  listFindings,
  readVerification,
  startVerification,
} from "../../../operations/backfills/verify-backfill.js";
import { findVerification } from "../../../store/verifications/verification-rows.js";
import { type Admitted, admittedOf } from "../../admission.js";
import { HttpProblem } from "../../http/http-problem.js";
import { plainProblem } from "../../http/problem.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { requireBackfill } from "../../requests.js";

const base = "/api/projects/:team/batch_exports/:export/backfills/:id/verify/";
const tag = "backfills";
const SHOWN_FINDINGS = 1_000;

/** Having a worker look at all that a backfill recorded, and what it found. */
export function addVerifyRoutes(app: Routes): void {
  app.post(
    base,
    operation({
      id: "verifyBackfill",
      tag,
      summary: "Have a worker compare source and destination with the ledger",
      scope: "batch_export:write",
      params: backfillParams,
      body: verifyBody,
      answers: { 202: verificationObject },
      problems: [409, 422],
    }),
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { id } = request.params;
      await requireBackfill(admitted, request.params);
      const deep = request.body?.deep === true;
      const started = await startVerification(admitted.context, { id, deep });
      return reply.code(202).send(started);
    },
  );
  app.get(
    `${base}:verification/`,
    operation({
      id: "getVerification",
      tag,
      summary: "Where a verification stands, and what it found",
      scope: "batch_export:read",
      params: verificationParams,
      answers: { 200: verificationWithFindings },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      await requireVerification(admitted, request.params);
      const id = request.params.verification.toLowerCase();
      const verification = await readVerification(admitted.context, { id });
      return { ...verification, findings: await firstFindings(admitted, id) };
    },
  );
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws HttpProblem 404 unless it is one of the backfill's */
async function requireVerification(
  { context }: Admitted,
  { id, verification }: VerificationParams,
): Promise<void> {
  const row = uuid.test(verification)
    ? await findVerification(context.pool, verification.toLowerCase())
    : null;
  if (row?.backfill_id === id.toLowerCase()) return;
  throw new HttpProblem(
    plainProblem(
      404,
      "VERIFICATION_NOT_FOUND",
      `Expected the id of a verification of backfill ${id}; got ${verification}, which names none.`,
    ),
  );
}

async function firstFindings(
  { context }: Admitted,
  id: string,
): Promise<readonly FindingObject[]> {
  const findings: FindingObject[] = [];
  for await (const { finding } of listFindings(context, { id })) {
    findings.push(finding);
    if (findings.length >= SHOWN_FINDINGS) break;
  }
  return findings;
}
