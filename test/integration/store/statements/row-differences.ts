import type { FieldDef } from "pg";
import ts from "typescript";
import type { LedgerTypes } from "./ledger-types.js";

/** How the columns that Postgres returns differ from what the row's type says, a sentence each. */
export function rowDifferences(
  checker: ts.TypeChecker,
  row: ts.Type,
  columns: readonly FieldDef[],
  types: LedgerTypes,
): readonly string[] {
  const properties = checker.getPropertiesOfType(row);
  const names = columns.map(({ name }) => name);
  return [
    ...properties
      .filter(({ name }) => !names.includes(name))
      .map(({ name }) => `${name} is not returned`),
    ...columns.flatMap((column) => {
      const property = properties.find(({ name }) => name === column.name);
      if (property === undefined) {
        return [`${column.name} is returned and not in the type`];
      }
      const said = checker.getTypeOfSymbol(property);
      const { kind, isNullable } = types.factsOf(column);
      return [
        ...kindsOf(checker, said)
          .filter((each) => !agrees(each, kind))
          .map((each) => `${column.name} is ${kind}, not ${each}`),
        ...(isNullable && !allowsNull(said)
          ? [`${column.name} may be null`]
          : []),
      ];
    }),
  ];
}

/** What JSON holds is beyond Postgres; that it is no scalar is our own rule. */
function agrees(said: string, kind: string): boolean {
  if (kind === "json") return said === "object" || said.endsWith("[]");
  return said === kind;
}

/** As `typeof` has them, but for null; arrays as `string[]`. */
function kindsOf(checker: ts.TypeChecker, type: ts.Type): readonly string[] {
  const members = type.isUnion() ? type.types : [type];
  const kinds = members
    .filter(({ flags }) => (flags & ts.TypeFlags.Null) === 0)
    .map((member) => kindOf(checker, member));
  return [...new Set(kinds)];
}

function kindOf(checker: ts.TypeChecker, type: ts.Type): string {
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    return `${item === undefined ? "" : kindsOf(checker, item).join("|")}[]`;
  }
  if (type.flags & ts.TypeFlags.StringLike) return "string";
  if (type.flags & ts.TypeFlags.NumberLike) return "number";
  if (type.flags & ts.TypeFlags.BigIntLike) return "bigint";
  if (type.flags & ts.TypeFlags.BooleanLike) return "boolean";
  if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) {
    return "object";
  }
  return checker.typeToString(type);
}

function allowsNull(type: ts.Type): boolean {
  const members = type.isUnion() ? type.types : [type];
  return members.some(({ flags }) => (flags & ts.TypeFlags.Null) !== 0);
}
