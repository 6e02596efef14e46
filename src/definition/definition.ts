import type { DestinationDefinition } from "./destinations/destination-kinds.js";
import type { FormatDefinition } from "./formats/format-kinds.js";
import type { SourceDefinition } from "./sources/source-kinds.js";

/**
 * A validated batch export definition: what a definition file says, with the defaults filled in.
 * This, as JSON, is what a backfill pins. Connections are references (`env:NAME`, `file:PATH`, `default`), never secrets.
 */
export interface BatchExportDefinition {
  readonly name: string;
  readonly team: number;
  /** `hour`, `day`, `week`, `month`, `every N minutes` or `every N hours`, as written. */
  readonly interval: string;
  /** An IANA time zone; `UTC` where the file names none. */
  readonly timezone: string;
  /** As written (`5h`, `mon 02:00`, `15 03:00`); null where the file names none. */
  readonly offset: string | null;
  readonly source: SourceDefinition;
  readonly destination: DestinationDefinition;
  /** Null for a destination that keeps rows. */
  readonly format: FormatDefinition | null;
}
