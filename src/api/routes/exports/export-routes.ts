import { z } from "zod";
import { batchExportObject } from "../../../contract/objects/batch-export.js";
import { definitionBody } from "../../../contract/requests/export-bodies.js";
import { exportParams, teamParams } from "../../../contract/requests/paths.js";
import { definitionInvalid } from "../../../definition/definition-problem.js";
import { validateDefinition } from "../../../definition/read-definition.js";
import { createExport } from "../../../operations/exports/create-export.js";
import { deleteExport } from "../../../operations/exports/delete-export.js";
import {
  getExport,
  listExports,
} from "../../../operations/exports/read-exports.js";
import { updateExport } from "../../../operations/exports/update-export.js";
import { type Admitted, admittedOf } from "../../admission.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { hidingOtherTeams } from "../../other-teams.js";
import { exportOfTeam } from "../../requests.js";

const base = "/api/projects/:team/batch_exports/";
const tag = "batch exports";

/** Batch exports: what to copy, from where to where. */
export function addExportRoutes(app: Routes): void {
  addReading(app);
  addWriting(app);
}

function addReading(app: Routes): void {
  app.get(
    base,
    operation({
      id: "listExports",
      tag,
      summary: "The team's batch exports, by name",
      scope: "batch_export:read",
      params: teamParams,
      answers: { 200: z.array(batchExportObject) },
    }),
    async (request) => {
      const { team, context } = admittedOf(request);
      return listExports(context, { team });
    },
  );
  app.get(
    `${base}:export/`,
    operation({
      id: "getExport",
      tag,
      summary: "A batch export",
      scope: "batch_export:read",
      params: exportParams,
      answers: { 200: batchExportObject },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      return getExport(
        admitted.context,
        await referenceOf(admitted, request.params.export),
      );
    },
  );
}

function addWriting(app: Routes): void {
  app.post(
    base,
    operation({
      id: "createExport",
      tag,
      summary: "Create a batch export",
      scope: "batch_export:write",
      params: teamParams,
      body: definitionBody,
      answers: { 201: batchExportObject },
      problems: [409],
    }),
    async (request, reply) => {
      const { team, context } = admittedOf(request);
      const definition = validateDefinition({ team, ...request.body });
      refuseOtherTeam(definition.team, team);
      const created = createExport(context, { definition });
      return reply.code(201).send(await hidingOtherTeams(team, created));
    },
  );
  app.put(
    `${base}:export/`,
    operation({
      id: "updateExport",
      tag,
      summary: "Give a batch export a new version of its definition",
      scope: "batch_export:write",
      params: exportParams,
      body: definitionBody,
      answers: { 200: batchExportObject },
      problems: [409],
    }),
    async (request) => {
      const admitted = admittedOf(request);
      const { team, context } = admitted;
      const reference = await referenceOf(admitted, request.params.export);
      const definition = validateDefinition({ team, ...request.body });
      const updated = updateExport(context, { ...reference, definition });
      return hidingOtherTeams(team, updated);
    },
  );
  app.delete(
    `${base}:export/`,
    operation({
      id: "deleteExport",
      tag,
      summary: "Delete a batch export; its open backfills go on",
      scope: "batch_export:write",
      params: exportParams,
      answers: { 200: batchExportObject },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      return deleteExport(
        admitted.context,
        await referenceOf(admitted, request.params.export),
      );
    },
  );
}

/** By its id from here on: a name could be another's by the time it is looked up again. */
async function referenceOf(admitted: Admitted, reference: string) {
  const { id } = await exportOfTeam(admitted, reference);
  return { export: id, team: admitted.team };
}

function refuseOtherTeam(got: number, team: number): void {
  if (got === team) return;
  throw definitionInvalid([
    {
      path: "team",
      message: `expected ${String(team)}, the project of the path; got ${String(got)}`,
    },
  ]);
}
