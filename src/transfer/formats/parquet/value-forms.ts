import { NumericTexts } from "../text/numeric-text.js";
import { BoolForm } from "./bool-form.js";
import { BytesForm, type BytesFormOptions } from "./bytes-form.js";
import { DecimalBytes } from "./decimal-bytes.js";
import { type LaneDecoder, laneDecoder } from "./decode-lanes.js";
import type { LaneOrder } from "./lane-bounds.js";
import { LaneForm } from "./lane-form.js";
import type { ParquetColumn } from "./parquet-column.js";
import type { ValueForm } from "./value-form.js";

/** How the values of a column are written. */
export function valueForm(column: ParquetColumn): ValueForm {
  const decode = laneDecoder(column);
  switch (column.physical.name) {
    case "BOOLEAN":
      return new BoolForm();
    case "INT32":
      return lanes(decode, "int32");
    case "INT64":
      return lanes(decode, "int64");
    case "FLOAT":
      return lanes(decode, "float");
    case "DOUBLE":
      return lanes(decode, "double");
    case "BYTE_ARRAY":
      return new BytesForm(byteArrayOptions(column));
    case "FIXED_LEN_BYTE_ARRAY":
      return new BytesForm(fixedOptions(column, column.physical.widthBytes));
  }
}

function lanes(decode: LaneDecoder | null, order: LaneOrder): ValueForm {
  if (decode === null)
    throw new Error(`Expected a decoder of ${order} values.`);
  return new LaneForm(decode, order);
}

function byteArrayOptions(column: ParquetColumn): BytesFormOptions {
  const { kind } = column.value;
  const isJson = kind === "json" || kind === "jsonb";
  const order = column.logical.kind === "string" ? "text" : "bytes";
  return {
    prefixBytes: 4,
    skippedBytes: kind === "jsonb" ? 1 : 0, // the version of jsonb's binary form
    order: isJson ? null : order,
    triesDictionary: !isJson,
    convert: kind === "numeric" ? converter(new NumericTexts()) : null,
  };
}

function fixedOptions(
  column: ParquetColumn,
  widthBytes: number,
): BytesFormOptions {
  const { name, logical } = column;
  const isDecimal = logical.kind === "decimal";
  return {
    prefixBytes: 0,
    skippedBytes: 0,
    order: isDecimal ? "signed" : "bytes",
    triesDictionary: true,
    convert: isDecimal
      ? converter(new DecimalBytes({ name, scale: logical.scale }, widthBytes))
      : null,
  };
}

function converter(
  made: Pick<NumericTexts, "convert">,
): BytesFormOptions["convert"] {
  return (range) => made.convert(range);
}
