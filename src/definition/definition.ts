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
  readonly source: PostgresSourceDefinition;
  readonly destination: DestinationDefinition;
  readonly format: FormatDefinition;
}

export interface PostgresSourceDefinition {
  readonly type: "postgres";
  readonly connection: string;
  /** Exactly one of `table` and `query` is set. */
  readonly table: string | null;
  readonly query: string | null;
  readonly timestamp_column: string;
  /** Required for a `timestamp` column; for a `date` column the export's time zone where null. */
  readonly timestamp_timezone: string | null;
  /** Null: all columns, in the table's order. */
  readonly columns: readonly string[] | null;
  readonly where: string | null;
}

export type DestinationDefinition = FilesDestinationDefinition;

export interface FilesDestinationDefinition {
  readonly type: "files";
  /** A folder below the worker's files root. */
  readonly path: string;
  /** The key template; the format's suffix is added to what it renders. */
  readonly key: string;
  /** Cuts a run into numbered files of about this size and a manifest. Null: one file, and no manifest. */
  readonly max_file_size_mb: number | null;
}

export type FormatDefinition = JsonlFormatDefinition | CsvFormatDefinition;

interface TextFormatDefinition {
  readonly compression: "gzip" | "none";
  /** gzip level 1 to 9. Null: the codec's default. */
  readonly level: number | null;
}

export interface JsonlFormatDefinition extends TextFormatDefinition {
  readonly type: "jsonl";
}

export interface CsvFormatDefinition extends TextFormatDefinition {
  readonly type: "csv";
  readonly header: boolean;
  /** How NULL is written. The empty string is always quoted, so the two stay apart. */
  readonly null_text: string;
}
