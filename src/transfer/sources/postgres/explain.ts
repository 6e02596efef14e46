import type { PostgresConnection } from "./postgres-connection.js";

/** A node of a plan, with the properties that are of use here. */
export interface PlanNode {
  readonly schema: string | null;
  readonly indexName: string | null;
  readonly indexCondition: string | null;
  readonly planRows: number;
  /** Bytes of a row, by the statistics of its columns. */
  readonly planWidth: number;
  /** In the planner's units. */
  readonly totalCost: number;
}

/** The nodes of a statement's plan, the top one first. Nothing is executed. */
export async function explain(
  connection: PostgresConnection,
  statement: string,
  signal: AbortSignal,
): Promise<readonly PlanNode[]> {
  const { rows } = await connection.query<{ "QUERY PLAN": unknown }>(
    { text: `explain (verbose, format json) ${statement}` },
    signal,
  );
  const answer = rows[0]?.["QUERY PLAN"] as { Plan: RawNode }[] | undefined;
  return [...walk(answer?.[0]?.Plan)];
}

interface RawNode {
  readonly Schema?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly "Plan Rows": number;
  readonly "Plan Width": number;
  readonly "Total Cost": number;
  readonly Plans?: readonly RawNode[];
}

function* walk(node: RawNode | undefined): Generator<PlanNode> {
  if (node === undefined) return;
  yield {
    schema: node.Schema ?? null,
    indexName: node["Index Name"] ?? null,
    indexCondition: node["Index Cond"] ?? null,
    planRows: node["Plan Rows"],
    planWidth: node["Plan Width"],
    totalCost: node["Total Cost"],
  };
  for (const below of node.Plans ?? []) yield* walk(below);
}
