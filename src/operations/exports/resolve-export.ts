import { RefillError } from "../../domain/errors.js";
import {
  type BatchExportRow,
  findExports,
} from "../../store/exports/export-rows.js";
import type { OperationContext } from "../context.js";

/** How people name an export: by id or by name, with the team where names repeat. */
export interface ExportReference {
  readonly export: string;
  readonly team: number | null;
}

/**
 * The one undeleted export that is meant. A team that is not given is REFILL_TEAM's.
 * @throws RefillError EXPORT_NOT_FOUND, EXPORT_AMBIGUOUS
 */
export async function resolveExport(
  { pool, config }: Pick<OperationContext, "pool" | "config">,
  reference: ExportReference,
): Promise<BatchExportRow> {
  const found = await findExports(pool, reference);
  const [only] = found;
  if (only === undefined) throw notFound(reference);
  if (found.length === 1) return only;
  const ofTeam = found.find(({ team }) => team === config.team);
  if (reference.team === null && ofTeam !== undefined) return ofTeam;
  const teams = found.map(({ team }) => team);
  throw new RefillError(
    "EXPORT_AMBIGUOUS",
    `Expected one export named ${reference.export}; got one in each of the teams ${teams.join(", ")}. Add --team N or set REFILL_TEAM.`,
    { details: { teams } },
  );
}

function notFound(reference: ExportReference): RefillError {
  const where =
    reference.team === null ? "" : ` in team ${String(reference.team)}`;
  return new RefillError(
    "EXPORT_NOT_FOUND",
    `Expected the id or the name of an export; got ${reference.export}, which names none${where}. See refill export list.`,
    { details: { export: reference.export, team: reference.team } },
  );
}
