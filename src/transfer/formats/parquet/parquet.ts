import {
  type ParquetFormatDefinition,
  parquetKind,
} from "../../../definition/formats/parquet.js";
import { valueKinds } from "../../column.js";
import type { FileFacts, Format, RecordReader } from "../../format.js";
import { pageCodec } from "./codec.js";
import { encodeParquet } from "./encode-parquet.js";
import { arrivingRows } from "./read/arriving-rows.js";
import { storedRows } from "./read/stored-rows.js";

/** Apache Parquet: a column for each column, typed. docs/formats.md says how each type is written. */
export function parquetFormat(definition: ParquetFormatDefinition): Format {
  const codec = pageCodec(definition.compression, definition.level);
  return {
    suffix: parquetKind.suffix(definition),
    rowEncoding: {
      kind: "binary",
      takes: valueKinds,
      otherwise: { as: "text" },
    },
    encode: ({ columns, chunks, facts }) =>
      encodeParquet({
        columns,
        chunks,
        codec,
        keyValues: keyValues(facts),
        // In the form that readers look for known mistakes of a writer by.
        createdBy: `refill version ${facts.refillVersion}`,
      }),
  };
}

/** Reads what it wrote, page by page. */
export function parquetRecords(): RecordReader {
  return {
    stored: storedRows,
    arriving: ({ columns, chunks }) => arrivingRows(columns, chunks),
  };
}

function keyValues(facts: FileFacts): Readonly<Record<string, string>> {
  return {
    "refill.batch_export_id": facts.batchExportId,
    "refill.export": facts.exportName,
    "refill.data_interval_start": facts.dataIntervalStart,
    "refill.data_interval_end": facts.dataIntervalEnd,
    "refill.version": facts.refillVersion,
  };
}
