import { columnsOf, printable } from "./printable.js";

export interface Column {
  readonly title: string;
  /** Figures stand to the right. */
  readonly align?: "right";
  /** A floor for the width, so that the blocks of a streamed table line up. */
  readonly minWidth?: number;
}

export type Row = readonly string[];

/** Lays rows out below their titles, in columns as wide as they need. Ends each line with a newline. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly Row[],
): string {
  return createTable(columns).block(rows);
}

/** A table in blocks: the titles come with the first, and its widths hold for the rest. */
export function createTable(columns: readonly Column[]): {
  readonly block: (rows: readonly Row[]) => string;
} {
  const titles = columns.map((column) => column.title);
  let widths: readonly number[] | null = null;
  return {
    block(rows) {
      const first = widths === null;
      widths ??= widthsOf(columns, rows);
      const lines = first ? [titles, ...rows] : rows;
      return lines.map((row) => layOut(row, { columns, widths })).join("");
    },
  };
}

/** Names and values, one pair a line, with the values in one column. Null values read `-`. */
export function renderDetails(
  pairs: readonly (readonly [name: string, value: string | null])[],
): string {
  const width = Math.max(0, ...pairs.map(([name]) => columnsOf(name)));
  return pairs
    .map(
      ([name, value]) => `${name.padEnd(width)}  ${printable(value ?? "-")}\n`,
    )
    .join("");
}

function widthsOf(columns: readonly Column[], rows: readonly Row[]): number[] {
  return columns.map((column, index) =>
    rows.reduce(
      (width, row) => Math.max(width, columnsOf(printable(row[index] ?? ""))),
      Math.max(columnsOf(column.title), column.minWidth ?? 0),
    ),
  );
}

function layOut(
  row: Row,
  {
    columns,
    widths,
  }: {
    readonly columns: readonly Column[];
    readonly widths: readonly number[] | null;
  },
): string {
  const cells = columns.map((column, index) => {
    const cell = printable(row[index] ?? "");
    const gap = " ".repeat(
      Math.max(0, (widths?.[index] ?? 0) - columnsOf(cell)),
    );
    return column.align === "right" ? gap + cell : cell + gap;
  });
  return `${cells.join("  ").trimEnd()}\n`;
}
