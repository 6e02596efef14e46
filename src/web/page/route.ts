/** What the part of the address after `#` asks for. It never reaches a server, so the page works below any prefix. */
export interface Route {
  readonly team: number | null;
  /** An export's id or name. */
  readonly batchExport: string | null;
  readonly view: "backfills" | "backfill" | "coverage";
  readonly backfill: string | null;
  /** The part of a coverage that is looked at: all of it, where either is null. */
  readonly start: string | null;
  readonly end: string | null;
}

/**
 * Reads `#/TEAM/EXPORT`, `#/TEAM/EXPORT/backfills/ID`, `#/TEAM/EXPORT/coverage` and `#/TEAM/EXPORT/coverage/START/END`;
 * anything else is the start.
 */
export function parseRoute(hash: string): Route {
  const [team = "", name = "", view = "", id = "", end = ""] = hash
    .replace(/^#?\/?/, "")
    .split("/")
    .map(decoded);
  const isBackfill = view === "backfills" && id !== "";
  const isPart = view === "coverage" && id !== "" && end !== "";
  return {
    team: /^\d{1,10}$/.test(team) ? Number(team) : null,
    batchExport: name === "" ? null : name,
    view: isBackfill
      ? "backfill"
      : view === "coverage"
        ? "coverage"
        : "backfills",
    backfill: isBackfill ? id : null,
    start: isPart ? id : null,
    end: isPart ? end : null,
  };
}

/** The address of a view, as `parseRoute` reads it. */
export function linkTo(team: number, ...parts: readonly string[]): string {
  return `#/${[String(team), ...parts].map(encodeURIComponent).join("/")}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
