import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import type { TemporalGateway } from "../../temporal/gateway.js";

/** Why a backfill's workflow can't be asked about over this connection; null when it can. */
export function foreignCluster(
  gateway: TemporalGateway,
  row: BackfillRow,
): string | null {
  if (
    row.temporal_cluster_id === gateway.clusterId &&
    row.temporal_namespace === gateway.namespace
  ) {
    return null;
  }
  return `Backfill ${row.id} runs on Temporal cluster ${row.temporal_cluster_id}, namespace ${row.temporal_namespace}; connected is ${gateway.clusterId}, ${gateway.namespace}. Nothing is reconciled against another cluster.`;
}
