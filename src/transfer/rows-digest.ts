import { createHash } from "node:crypto";

const lanes = 8;
const laneBase = 2 ** 32;
/** So many 32-bit numbers add up to less than 2^53. */
const rowsBetweenCarries = 2 ** 20;

/** How many rows there are, and a hash of all of them that is the same in any order. */
export interface RowsSum {
  readonly records: number;
  /** The sum of the rows' SHA-256 modulo 2^256, in lower-case hexadecimal. */
  readonly sha256Sum: string;
}

/** Adds rows up. Equal sums mean equal rows, as often as they come: to find others with the same sum is to break SHA-256. */
export class RowsDigest {
  readonly #sum = new Float64Array(lanes);
  #records = 0;

  add(row: Uint8Array): void {
    const hash = createHash("sha256").update(row).digest();
    for (let lane = 0; lane < lanes; lane += 1) {
      this.#sum[lane] = (this.#sum[lane] ?? 0) + hash.readUInt32BE(lane * 4);
    }
    this.#records += 1;
    if (this.#records % rowsBetweenCarries === 0) this.#carry();
  }

  result(): RowsSum {
    this.#carry();
    const sha256Sum = [...this.#sum]
      .map((lane) => lane.toString(16).padStart(8, "0"))
      .join("");
    return { records: this.#records, sha256Sum };
  }

  /** The last lane is the lowest. What leaves the first one is lost: that is the modulus. */
  #carry(): void {
    let carry = 0;
    for (let lane = lanes - 1; lane >= 0; lane -= 1) {
      const sum = (this.#sum[lane] ?? 0) + carry;
      carry = Math.floor(sum / laneBase);
      this.#sum[lane] = sum % laneBase;
    }
  }
}
