/**
 * Names a table so that it is recognised under any connection, also on a standby: the cluster, the database and the
 * table. Null where the user may not ask for the cluster.
 */
export function tableOriginSql(oid: string): string {
  return `(case when pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute') then
    (select system_identifier from pg_catalog.pg_control_system()) || '/' ||
    (select oid from pg_catalog.pg_database where datname = current_database()) || '/' || ${oid} end)`;
}
