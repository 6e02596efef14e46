import type { FormatDefinition } from "../../../src/definition/formats/format-kinds.js";
import type { PostgresSourceDefinition } from "../../../src/definition/sources/postgres.js";
import type { ExportColumn } from "../../../src/transfer/column.js";
import type { Format } from "../../../src/transfer/format.js";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import type { RowStream } from "../../../src/transfer/source.js";
import { anyFacts } from "../../transfer/any-facts.js";
import { all2001, never, type PostgresFixture } from "./postgres-fixture.js";

export const plainJsonl: FormatDefinition = {
  ...({ type: "jsonl", compression: "none", numbers: "digits" } as const),
  level: null,
};

export const plainCsv: FormatDefinition = {
  ...({ type: "csv", compression: "none", level: null } as const),
  header: false,
  null_text: "",
};

export const zstdParquet: FormatDefinition = {
  ...({ type: "parquet", compression: "zstd" } as const),
  level: null,
};

/** The file that a format makes of all that a source has of the year 2001. */
export async function fileOf(
  postgres: PostgresFixture,
  source: Partial<PostgresSourceDefinition>,
  definition: FormatDefinition,
): Promise<Buffer> {
  const format = createFormat(definition);
  const rows = postgres.open(source).rows(
    {
      interval: all2001,
      label: "test",
      encoding: format.rowEncoding,
    },
    never,
  );
  return written(format, await rows.columns(), rows);
}

export async function written(
  format: Format,
  columns: readonly ExportColumn[],
  chunks: RowStream,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of format.encode({
    columns,
    chunks,
    facts: anyFacts,
  })) {
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts);
}
