/** Up to here a loop is quicker than a call that makes a view of the source. */
const longestLoopBytes = 48;

/** Copies bytes to a place in the target, which has room for them. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  length: number,
  target: Uint8Array,
  at: number,
): void {
  if (length > longestLoopBytes) {
    target.set(source.subarray(start, start + length), at);
    return;
  }
  for (let index = 0; index < length; index += 1) {
    target[at + index] = source[start + index] ?? 0;
  }
}
