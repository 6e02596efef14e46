const MiB = 1024 * 1024;
const firstPartBytes = 8 * MiB;
/** Parts of one size. Ten sizes, each twice the one before, make 10,000 parts: 7.8 TiB, where an object may have 5. */
const partsOfOneSize = 1_000;

/** S3's own limit. */
export const maxParts = 10_000;

/** The size of the nth part of an upload whose end nobody knows, from 1: small for all but huge objects. */
export function partSizeBytes(partNumber: number): number {
  return firstPartBytes * 2 ** Math.floor((partNumber - 1) / partsOfOneSize);
}
