/** A value that a statement may carry. Objects are passed as JSON text: their encoding is not left to the driver. */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly string[]
  | readonly number[];

export type SqlPart = SqlValue | Parameter | Sql;

/**
 * A statement, or a part of one, as `sql` makes it. `Row` is what it returns: a test compares it with what Postgres
 * returns (test/integration/store/statements.test.ts).
 */
export class Sql<Row = unknown> {
  declare readonly row: Row;
  readonly strings: readonly string[];
  readonly parts: readonly SqlPart[];

  constructor(strings: readonly string[], parts: readonly SqlPart[]) {
    this.strings = strings;
    this.parts = parts;
  }

  /** As the driver takes it: values are numbered in the order of the text. */
  toQuery(): { readonly text: string; readonly values: SqlValue[] } {
    const values: SqlValue[] = [];
    return { text: textOf(this, values, new Map()), values };
  }
}

/** Adds to the values and to the numbers of parameters as it goes. */
function textOf(
  { strings, parts }: Sql,
  values: SqlValue[],
  numbers: Map<Parameter, number>,
): string {
  let text = strings[0] ?? "";
  for (const [index, part] of parts.entries()) {
    if (part instanceof Sql) {
      text += textOf(part, values, numbers);
    } else if (part instanceof Parameter) {
      const number = numbers.get(part) ?? values.push(part.value);
      numbers.set(part, number);
      text += `$${number}`;
    } else {
      text += `$${values.push(part)}`;
    }
    text += strings[index + 1] ?? "";
  }
  return text;
}

/** A value that is one parameter, of one type, however often it stands in a statement. */
export class Parameter {
  readonly value: SqlValue;

  constructor(value: SqlValue) {
    this.value = value;
  }
}

/** Makes a statement, or a part of one. Values become parameters; what `sql` made becomes part of the text. */
export function sql<Row = unknown>(
  strings: TemplateStringsArray,
  ...parts: readonly SqlPart[]
): Sql<Row> {
  return new Sql(strings, parts);
}

/** For a value that stands in a statement more than once, and whose type follows from one of these places. */
export function parameter(value: SqlValue): Parameter {
  return new Parameter(value);
}

/** A value for a column of JSON. */
export function json(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** Whether a column has the value of a filter. A null filters nothing. */
export function matches(column: Sql, filter: SqlValue): Sql {
  return filter === null ? sql`true` : sql`${column} = ${filter}`;
}

/** A name from the code itself, such as a column of a list. Never one that a user gives. */
export function identifier(name: string): Sql {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Error(`'${name}' is not a name of the schema`);
  }
  return new Sql([name], []);
}

/** The parts, with commas between them. */
export function list(parts: readonly Sql[]): Sql {
  const between = parts.slice(1).map(() => ", ");
  return new Sql(["", ...between, ""], parts);
}
