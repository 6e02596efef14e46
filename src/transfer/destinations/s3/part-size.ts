const MiB = 1024 * 1024;
/** The least that S3 takes, but for the last part. */
const firstPartBytes = 5 * MiB;
/** Parts of one size, before those of twice the size. */
const partsOfOneSize = 950;
/** To 2.5 GiB: a Buffer of Node 20 holds 4, and a part may have 5. 10,000 parts make 5.8 TiB, where an object may have 5. */
const maxDoublings = 9;

/** S3's own limit. */
export const maxParts = 10_000;

/** The size of the nth part of an upload whose end nobody knows, from 1: small for all but huge objects. */
export function partSizeBytes(partNumber: number): number {
  const doublings = Math.floor((partNumber - 1) / partsOfOneSize);
  return firstPartBytes * 2 ** Math.min(doublings, maxDoublings);
}
