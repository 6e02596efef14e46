/**
 * Begins a WITH query in which `format_type` writes the full name of every type that is not Postgres's own, whatever the
 * session's search_path is: the same name always means the same type. The setting ends with the transaction. To be joined:
 * `from fully_named, …`.
 */
export const fullyNamed =
  "fully_named as materialized (select pg_catalog.set_config('search_path', 'pg_catalog', true))";
