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
  /** Null for a destination that keeps rows. */
  readonly format: FormatDefinition | null;
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

export type DestinationDefinition =
  | FilesDestinationDefinition
  | S3DestinationDefinition
  | PostgresDestinationDefinition;

export interface FilesDestinationDefinition {
  readonly type: "files";
  /** A folder below the worker's files root. */
  readonly path: string;
  /** The key template; the format's suffix is added to what it renders. */
  readonly key: string;
  /** Cuts a run into numbered files of about this size and a manifest. Null: one file, and no manifest. */
  readonly max_file_size_mb: number | null;
  readonly max_concurrent_runs?: MaxConcurrentRuns;
}

/**
 * Runs at work at the destination at a time, of all backfills and schedules whose definitions name a number. Null, or absent
 * as it is in what was written before there was a cap: any number.
 */
export type MaxConcurrentRuns = number | null;

export interface S3DestinationDefinition {
  readonly type: "s3";
  readonly bucket: string;
  /** Stands with a slash before every key. Null: keys begin at the root of the bucket. */
  readonly prefix: string | null;
  /** Null: the one that the SDK finds in the worker's environment, else us-east-1. */
  readonly region: string | null;
  /** `http://HOST:PORT` or `https://HOST:PORT`. Null: Amazon's own, of the region. */
  readonly endpoint: string | null;
  /** The bucket in the path of URLs instead of the host's name. */
  readonly path_style: boolean;
  /** Encryption at rest. Null: as the bucket is set. */
  readonly sse: "AES256" | "aws:kms" | "aws:kms:dsse" | null;
  /** A reference (`env:NAME`, `file:PATH`), as is the next. Both are null: the SDK's chain, in the worker. */
  readonly access_key_id: string | null;
  readonly secret_access_key: string | null;
  /** The key template, relative to the prefix; the format's suffix is added to what it renders. */
  readonly key: string;
  /** Cuts a run into numbered files of about this size and a manifest. Null: one file, and no manifest. */
  readonly max_file_size_mb: number | null;
  readonly max_concurrent_runs?: MaxConcurrentRuns;
}

/** A table of rows. Each run replaces the rows of its interval. */
export interface PostgresDestinationDefinition {
  readonly type: "postgres";
  readonly connection: string;
  /** With its schema, as SQL would write it. */
  readonly table: string;
  /** Makes the table where it is not there. */
  readonly create: boolean;
  readonly max_concurrent_runs?: MaxConcurrentRuns;
}

export type FormatDefinition =
  JsonlFormatDefinition | CsvFormatDefinition | ParquetFormatDefinition;

export type TextCompression = "gzip" | "zstd" | "brotli" | "none";

interface TextFormatDefinition {
  readonly compression: TextCompression;
  /** gzip 1 to 9, zstd 1 to 22, brotli 0 to 11. Null: the codec's default. */
  readonly level: number | null;
}

export interface JsonlFormatDefinition extends TextFormatDefinition {
  readonly type: "jsonl";
  /** How bigint and numeric are written: as JSON's numbers, or in quotes. Every digit is there in both. */
  readonly numbers: "digits" | "strings";
}

export interface CsvFormatDefinition extends TextFormatDefinition {
  readonly type: "csv";
  readonly header: boolean;
  /** How NULL is written. The empty string is always quoted, so the two stay apart. */
  readonly null_text: string;
}

export interface ParquetFormatDefinition {
  readonly type: "parquet";
  readonly compression: "zstd" | "snappy" | "gzip" | "none";
  /** zstd level 1 to 22, gzip level 1 to 9. Null: the codec's default. */
  readonly level: number | null;
}
