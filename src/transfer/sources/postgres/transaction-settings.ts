import { quoteLiteral } from "./quote.js";

/**
 * What makes the same rows the same bytes, whatever the settings of the role or of the database are, and what keeps a
 * guest from getting in anyone's way. They hold for one transaction: a pooler may give each transaction another session, and
 * the session to someone else afterwards. How long a statement may take is for the role's owner to say. `lc_monetary` and
 * `search_path` stay as they are: they decide what a value is worth and what a name means.
 */
const settings: Readonly<Record<string, string>> = {
  lock_timeout: "30s",
  idle_in_transaction_session_timeout: "1min",
  timezone: "UTC",
  datestyle: "ISO, MDY",
  intervalstyle: "iso_8601",
  bytea_output: "hex",
  extra_float_digits: "1",
  standard_conforming_strings: "on",
  quote_all_identifiers: "off",
  client_encoding: "UTF8",
};

/** The statements that begin a transaction which can only read, and in which the settings hold. Each for itself. */
export function beginStatements({
  label,
  snapshot = null,
}: {
  /** What `pg_stat_activity` shows as the application's name. */
  readonly label: string;
  /** That of a transaction which exported it; null: a snapshot of its own. */
  readonly snapshot?: string | null;
}): readonly string[] {
  const begin = "begin isolation level repeatable read read only";
  const all = { ...settings, application_name: applicationName(label) };
  const calls = Object.entries(all).map(
    ([name, value]) =>
      `pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`,
  );
  // One statement for all, which takes the snapshot: so the other comes before it.
  const set = `select ${calls.join(", ")}`;
  return snapshot === null
    ? [begin, set]
    : [begin, `set transaction snapshot ${quoteLiteral(snapshot)}`, set];
}

/** Names what the rest of a transaction is for. */
export function nameSql(label: string): string {
  return `set local application_name = ${quoteLiteral(applicationName(label))}`;
}

function applicationName(label: string): string {
  return label === "" ? "refill" : `refill ${label}`;
}
