/** Names in the order of their ranks. The compiler holds the ranks to the names: none is left out, none is unknown. */
export function ranked<Name extends string>(
  names: readonly Name[],
  ranks: Readonly<Record<Name, number>>,
): readonly Name[] {
  return Array.from(names).sort((one, other) => ranks[one] - ranks[other]);
}
