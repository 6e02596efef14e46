/**
 * What a column's values are, as far as a format needs to know. In the encoding `binary` each has Postgres's own binary
 * form; `text` there is UTF-8.
 */
export type ValueType =
  | {
      readonly kind:
        | "bool"
        | "int2"
        | "int4"
        | "int8"
        | "float4"
        | "float8"
        | "text"
        | "uuid"
        | "bytea"
        | "date"
        | "time"
        | "timestamp"
        | "timestamptz"
        | "json"
        | "jsonb";
    }
  /** Null: not constrained, so any number of digits on either side of the point. */
  | {
      readonly kind: "numeric";
      readonly precision: number | null;
      readonly scale: number | null;
    }
  | { readonly kind: "array"; readonly element: ValueType };

export type ValueKind = ValueType["kind"];

/** Every kind of value. */
export const valueKinds: readonly ValueKind[] = [
  ...(["bool", "int2", "int4", "int8", "float4", "float8", "numeric"] as const),
  ...(["text", "uuid", "bytea", "date", "time", "timestamp"] as const),
  ...(["timestamptz", "json", "jsonb", "array"] as const),
];

/** A column by its name and its type. */
export interface NamedColumn {
  readonly name: string;
  /** As the source's own language writes it, with its modifiers: `timestamp with time zone`, `numeric(10,2)`. */
  readonly typeName: string;
}

/** A column that is exported, in its place. */
export interface ExportColumn extends NamedColumn {
  /** How the source hands its values over in the encoding asked for. */
  readonly type: ValueType;
}
