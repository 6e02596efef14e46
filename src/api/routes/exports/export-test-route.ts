import type { FastifyInstance } from "fastify";
import { testExport } from "../../../operations/exports/test-export.js";
import { admittedOf } from "../../admission.js";
import { disconnection } from "../../http/disconnection.js";
import { exportOfTeam, type ExportParams } from "../../requests.js";
import { exportTestSchema } from "../../schemas/plan-schema.js";
import { problemAnswers } from "../../schemas/problem-schema.js";
import { emptySchema } from "../../schemas/request-schema.js";

/** Trying both ends of an export. It writes a probe, so that it takes a key that may write. */
export function addExportTestRoute(app: FastifyInstance): void {
  app.post<{ Params: ExportParams }>(
    "/api/projects/:team/batch_exports/:export/test/",
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags: ["batch exports"],
        operationId: "testExport",
        summary:
          "Have a worker read the source and write a probe to the destination",
        body: emptySchema,
        response: { 200: exportTestSchema, ...problemAnswers(422) },
      },
    },
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const reference = { export: id, team: admitted.team };
      return testExport(admitted.context, reference, disconnection(reply));
    },
  );
}
