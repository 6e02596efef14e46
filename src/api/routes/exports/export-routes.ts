import type { FastifyInstance } from "fastify";
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
import { hidingOtherTeams } from "../../other-teams.js";
import {
  exportOfTeam,
  type ExportParams,
  type TeamParams,
} from "../../requests.js";
import { problemAnswers } from "../../schemas/problem-schema.js";
import { definitionSchema } from "../../schemas/request-schema.js";

const base = "/api/projects/:team/batch_exports/";
const tags = ["batch exports"];
const one = { $ref: "BatchExport#" };

/** Batch exports: what to copy, from where to where. */
export function addExportRoutes(app: FastifyInstance): void {
  addReading(app);
  addWriting(app);
}

function addReading(app: FastifyInstance): void {
  app.get<{ Params: TeamParams }>(
    base,
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags,
        operationId: "listExports",
        summary: "The team's batch exports, by name",
        response: { 200: { type: "array", items: one }, ...problemAnswers() },
      },
    },
    async (request) => {
      const { team, context } = admittedOf(request);
      return listExports(context, { team });
    },
  );
  app.get<{ Params: ExportParams }>(
    `${base}:export/`,
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags,
        operationId: "getExport",
        summary: "A batch export",
        response: { 200: one, ...problemAnswers() },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      return getExport(
        admitted.context,
        await referenceOf(admitted, request.params.export),
      );
    },
  );
}

function addWriting(app: FastifyInstance): void {
  app.post<{ Params: TeamParams; Body: Record<string, unknown> }>(
    base,
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags,
        operationId: "createExport",
        summary: "Create a batch export",
        body: definitionSchema,
        response: { 201: one, ...problemAnswers(409) },
      },
    },
    async (request, reply) => {
      const { team, context } = admittedOf(request);
      const definition = validateDefinition({ team, ...request.body });
      refuseOtherTeam(definition.team, team);
      const created = createExport(context, { definition });
      return reply.code(201).send(await hidingOtherTeams(team, created));
    },
  );
  app.put<{ Params: ExportParams; Body: Record<string, unknown> }>(
    `${base}:export/`,
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags,
        operationId: "updateExport",
        summary: "Give a batch export a new version of its definition",
        body: definitionSchema,
        response: { 200: one, ...problemAnswers(409) },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      const { team, context } = admitted;
      const reference = await referenceOf(admitted, request.params.export);
      const definition = validateDefinition({ team, ...request.body });
      const updated = updateExport(context, { ...reference, definition });
      return hidingOtherTeams(team, updated);
    },
  );
  app.delete<{ Params: ExportParams }>(
    `${base}:export/`,
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags,
        operationId: "deleteExport",
        summary: "Delete a batch export; its open backfills go on",
        response: { 200: one, ...problemAnswers() },
      },
    },
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
