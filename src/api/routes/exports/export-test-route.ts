import { exportTestObject } from "../../../contract/objects/batch-export.js";
import { emptyBody } from "../../../contract/requests/control-bodies.js";
import { exportParams } from "../../../contract/requests/paths.js";
import { testExport } from "../../../operations/exports/test-export.js";
import { admittedOf } from "../../admission.js";
import { disconnection } from "../../http/disconnection.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { exportOfTeam } from "../../requests.js";

/** Trying both ends of an export. It writes a probe, so that it takes a key that may write. */
export function addExportTestRoute(app: Routes): void {
  app.post(
    "/api/projects/:team/batch_exports/:export/test/",
    operation({
      id: "testExport",
      tag: "batch exports",
      summary:
        "Have a worker read the source and write a probe to the destination",
      scope: "batch_export:write",
      params: exportParams,
      body: emptyBody,
      answers: { 200: exportTestObject },
      problems: [422],
    }),
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const reference = { export: id, team: admitted.team };
      return testExport(admitted.context, reference, disconnection(reply));
    },
  );
}
