import { RefillError } from "../../../domain/errors.js";
import type { ExportColumn, ValueKind } from "../../column.js";
import type { ColumnLayout } from "./row-layout.js";
import type { ValueWriter } from "./value-writer.js";

export type ValueWriters = Readonly<Partial<Record<ValueKind, ValueWriter>>>;

/**
 * How each column's values are written, after what `before` puts there. `as` names their form to people.
 * @throws RefillError INTERNAL for a column of a kind that the format did not say it takes
 */
export function columnLayouts(
  columns: readonly ExportColumn[],
  writers: ValueWriters,
  {
    as,
    before,
  }: {
    readonly as: "JSON" | "text";
    readonly before: (name: string, index: number) => string;
  },
): readonly ColumnLayout[] {
  return columns.map(({ name, type }, index) => {
    const writer = writers[type.kind];
    if (writer !== undefined) {
      return { before: Buffer.from(before(name, index)), writer };
    }
    throw new RefillError(
      "INTERNAL",
      `Expected the column ${name} as ${as}, got it as ${type.kind}. This is a mistake in Refill: report it with the source's columns.`,
    );
  });
}
