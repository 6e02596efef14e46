/** The known name that a misspelt one most likely meant; null when none is close. */
export function nearestName(
  name: string,
  known: readonly string[],
): string | null {
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance > allowedDistance(candidate)) continue;
    if (best === null || distance < best.distance) {
      best = { name: candidate, distance };
    }
  }
  return best?.name ?? null;
}

/** Two letters that changed places count as two. With more wrong, the guess is as likely to mislead as to help. */
function allowedDistance(candidate: string): number {
  if (candidate.length < 4) return 1;
  return candidate.length < 9 ? 2 : 3;
}

/** Longer names are no misspellings, and comparing them costs the product of their lengths. */
const maxComparedLength = 100;

/** How many letters must be inserted, removed or replaced to make one text of the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  if (a.length > maxComparedLength) return Infinity;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(previous, column - 1);
      const isSame = a[row - 1] === b[column - 1];
      current.push(
        Math.min(
          at(previous, column) + 1,
          at(current, column - 1) + 1,
          replaced + (isSame ? 0 : 1),
        ),
      );
    }
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
