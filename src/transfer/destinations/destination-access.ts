/** What tells the rows of an interval apart in a table, and those of one export from another's. */
export interface ExportedRows {
  readonly batchExportId: string;
  /** As the definition writes it. */
  readonly timestampColumn: string;
  readonly timestampTimeZone: string | null;
  readonly exportTimeZone: string;
}

/** What a destination is given beside its definition: by the worker's configuration and environment, and by its export. */
export interface DestinationAccess {
  /** Absolute. Nothing outside it is ever written. */
  readonly filesRoot: string;
  /** The connection string behind a reference, its host allowed. @throws RefillError SECRET_*, SOURCE_HOST_NOT_ALLOWED */
  readonly connection: (reference: string) => Promise<string>;
  /** The secret behind `env:NAME` or `file:PATH`. @throws RefillError SECRET_* */
  readonly secret: (reference: string) => Promise<string>;
  /** Whether the worker's allow-list lets a host be reached. */
  readonly isHostAllowed: (host: string) => boolean;
  readonly rows: ExportedRows;
}
