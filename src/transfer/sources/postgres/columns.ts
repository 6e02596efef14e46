import type { FieldDef } from "pg";
import { RefillError } from "../../../domain/errors.js";
import type { ExportColumn } from "../../column.js";
import { asNumeric, isMoney } from "./money.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { quoteIdentifier } from "./quote.js";
import { fullyNamed } from "./type-names.js";
import {
  binaryArrayOf,
  type BinaryType,
  binaryTypeOf,
  enumKind,
  type TypeFacts,
} from "./value-type.js";

/** A column of the source. Types are those that domains are made of. */
export interface Column extends ExportColumn {
  readonly baseType: number;
  /** Follows the name in a binary COPY, so that the values come as `type` says. */
  readonly binaryCast: BinaryType["cast"];
  /** The type to ask for where no cast is needed: its own; text for enums, whose names take a right on their schema. */
  readonly binaryType: string;
  /** What is selected: its name, as a number where it is money. */
  readonly valueSql: string;
}

/** Types of the catalog, by their fixed identifiers. */
export const baseTypes = {
  int8Array: 1016,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numericArray: 1231,
} as const;

/**
 * The columns of a FROM item, in order; of those, the named ones alone, which takes no right to read the others.
 * @throws RefillError SOURCE_QUERY_INVALID when two have one name
 */
export async function readColumns(
  connection: PostgresConnection,
  from: { readonly fromSql: string; readonly names: readonly string[] | null },
  signal: AbortSignal,
): Promise<readonly Column[]> {
  const selected = from.names?.map(quoteIdentifier).join(", ") ?? "*";
  const { fields } = await connection.query(
    { text: `select ${selected} from ${from.fromSql} limit 0` },
    signal,
  );
  refuseDuplicates(fields.map((field) => field.name));
  const types = await readTypes(
    connection,
    fields.map((field) => field.dataTypeID),
    signal,
  );
  const arrays = await readArrays(connection, { fields, types }, signal);
  const names = await readTypeNames(connection, fields, signal);
  return fields.map((field, index) => {
    const stored = factsOf(field, types);
    const type = asNumeric(stored);
    const { element: storedElement, dimensions } = arrays(field);
    const element = storedElement === null ? null : asNumeric(storedElement);
    const readAs = castOfMoney(stored, storedElement);
    const binary =
      element === null
        ? binaryTypeOf(type)
        : binaryArrayOf(withModifier(element, type.modifier), dimensions);
    const typeName = names[index] ?? `type ${type.type}`;
    return {
      name: field.name,
      typeName,
      type: binary.type,
      baseType: type.base,
      binaryCast: binary.cast,
      binaryType:
        readAs === "" ? binaryTypeName(typeName, { type, element }) : readAs,
      valueSql: `${quoteIdentifier(field.name)}${readAs === "" ? "" : `::${readAs}`}`,
    };
  });
}

function castOfMoney(
  type: TypeFacts,
  element: TypeFacts | null,
): "" | "numeric" | "numeric[]" {
  if (isMoney(type)) return "numeric";
  return element !== null && isMoney(element) ? "numeric[]" : "";
}

function binaryTypeName(
  typeName: string,
  {
    type,
    element,
  }: { readonly type: TypeRow; readonly element: TypeRow | null },
): string {
  if (type.kind === enumKind) return "text";
  return element?.kind === enumKind ? "text[]" : typeName;
}

interface TypeRow extends TypeFacts {
  readonly type: number;
  /** The type of an array's elements; null for what is no array. */
  readonly element: number | null;
}

type Types = ReadonlyMap<number, TypeRow>;

/** The server has told the type that a domain is made of, and the modifier of that one. */
function factsOf(field: FieldDef, types: Types): TypeRow {
  const type = types.get(field.dataTypeID) ?? unknownType(field.dataTypeID);
  return withModifier(type, field.dataTypeModifier);
}

/** Without one, that of the domain that it is counts: elements of an array may be one. */
function withModifier(type: TypeRow, modifier: number): TypeRow {
  return modifier < 0 ? type : { ...type, modifier };
}

function unknownType(oid: number): TypeRow {
  const facts = { base: oid, kind: "p", modifier: -1, delimiter: "," };
  return { ...facts, type: oid, element: null };
}

/** What SQL calls the types of columns, with their modifiers. */
async function readTypeNames(
  connection: PostgresConnection,
  fields: readonly FieldDef[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { rows } = await connection.query<{ name: string }>(
    {
      text: `
        with ${fullyNamed}
        select pg_catalog.format_type(type, modifier) as name
        from fully_named, unnest($1::oid[], $2::integer[]) with ordinality as field (type, modifier, place)
        order by place`,
      values: [
        fields.map((field) => field.dataTypeID),
        fields.map((field) => field.dataTypeModifier),
      ],
    },
    signal,
  );
  return rows.map(({ name }) => name);
}

async function readTypes(
  connection: PostgresConnection,
  types: readonly number[],
  signal: AbortSignal,
): Promise<Types> {
  const { rows } = await connection.query<TypeRow>(
    {
      text: `
        with recursive layer as (
          select oid as type, oid, typtype, typdelim, typbasetype, typtypmod as modifier
          from pg_catalog.pg_type where oid = any($1::oid[])
          union all
          select layer.type, below.oid, below.typtype, below.typdelim, below.typbasetype,
            case when layer.modifier >= 0 then layer.modifier else below.typtypmod end
          from layer join pg_catalog.pg_type below on below.oid = layer.typbasetype
          where layer.typtype = 'd'
        )
        select layer.type, layer.oid as base, layer.typtype::text as kind,
          layer.typdelim::text as delimiter, layer.modifier, element.oid as element
        from layer left join pg_catalog.pg_type element on element.typarray = layer.oid
        where layer.typtype <> 'd'`,
      values: [types],
    },
    signal,
  );
  return new Map(rows.map((row) => [row.type, row]));
}

/** The elements' type of each array, and how many dimensions its column was declared with. */
async function readArrays(
  connection: PostgresConnection,
  {
    fields,
    types,
  }: { readonly fields: readonly FieldDef[]; readonly types: Types },
  signal: AbortSignal,
): Promise<
  (field: FieldDef) => {
    readonly element: TypeRow | null;
    readonly dimensions: number;
  }
> {
  const none = { element: null, dimensions: 0 };
  const elements = [...types.values()].flatMap(({ element }) => element ?? []);
  if (elements.length === 0) return () => none;
  const elementTypes = await readTypes(connection, elements, signal);
  const declared = await readDimensions(connection, fields, signal);
  return (field) => {
    const type = factsOf(field, types);
    if (type.element === null) return none;
    const element = elementTypes.get(type.element) ?? unknownType(type.element);
    const dimensions = declared(field);
    return { element, dimensions };
  };
}

/** As the column, or the domain that is its type, was declared. The server takes arrays of any other number all the same. */
async function readDimensions(
  connection: PostgresConnection,
  fields: readonly FieldDef[],
  signal: AbortSignal,
): Promise<(field: FieldDef) => number> {
  const { rows } = await connection.query<{ key: string; dimensions: number }>(
    {
      text: `
        select attrelid || '.' || attnum as key, greatest(attndims, typndims) as dimensions
        from unnest($1::oid[], $2::int2[]) as asked (attrelid, attnum)
        join pg_catalog.pg_attribute using (attrelid, attnum)
        join pg_catalog.pg_type on pg_type.oid = atttypid`,
      values: [
        fields.map((field) => field.tableID),
        fields.map((field) => field.columnID),
      ],
    },
    signal,
  );
  const byKey = new Map(rows.map((row) => [row.key, row.dimensions]));
  return (field) => byKey.get(`${field.tableID}.${field.columnID}`) ?? 0;
}

function refuseDuplicates(names: readonly string[]): void {
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate === undefined) return;
  throw new RefillError(
    "SOURCE_QUERY_INVALID",
    `Expected a name of its own for each column of the query, got two called ${duplicate}. Rename one with AS.`,
  );
}
