import type { FastifyInstance } from "fastify";
import type { FindingObject } from "../../../contract/verification.js";
import {
  listFindings,
  readVerification,
  startVerification,
} from "../../../operations/backfills/verify-backfill.js";
import { findVerification } from "../../../store/verifications/verification-rows.js";
import { type Admitted, admittedOf } from "../../admission.js";
import { HttpProblem } from "../../http/http-problem.js";
import { plainProblem } from "../../http/problem.js";
import { type BackfillParams, requireBackfill } from "../../requests.js";
import { problemAnswers } from "../../schemas/problem-schema.js";
import {
  verificationSchema,
  verificationWithFindingsSchema,
  verifySchema,
} from "../../schemas/verification-schema.js";

interface VerificationParams extends BackfillParams {
  readonly verification: string;
}

const base = "/api/projects/:team/batch_exports/:export/backfills/:id/verify/";
const tags = ["backfills"];
const SHOWN_FINDINGS = 1_000;

/** Having a worker look at all that a backfill recorded, and what it found. */
export function addVerifyRoutes(app: FastifyInstance): void {
  app.post<{ Params: BackfillParams; Body: { deep?: boolean } | null }>(
    base,
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags,
        operationId: "verifyBackfill",
        summary: "Have a worker compare source and destination with the ledger",
        body: verifySchema,
        response: { 202: verificationSchema, ...problemAnswers(409, 422) },
      },
    },
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { id } = request.params;
      await requireBackfill(admitted, request.params);
      const deep = request.body?.deep === true;
      const started = await startVerification(admitted.context, { id, deep });
      return reply.code(202).send(started);
    },
  );
  app.get<{ Params: VerificationParams }>(
    `${base}:verification/`,
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags,
        operationId: "getVerification",
        summary: "Where a verification stands, and what it found",
        response: { 200: verificationWithFindingsSchema, ...problemAnswers() },
      },
    },
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
