import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { RowsDigest } from "../../src/transfer/rows-digest.js";

const modulus = 2n ** 256n;

function sumOf(rows: readonly string[]) {
  const digest = new RowsDigest();
  for (const row of rows) digest.add(Buffer.from(row));
  return digest.result();
}

/** The definition, in big integers. */
function expected(rows: readonly string[]): string {
  const sum = rows
    .map((row) => BigInt(`0x${createHash("sha256").update(row).digest("hex")}`))
    .reduce((a, b) => (a + b) % modulus, 0n);
  return sum.toString(16).padStart(64, "0");
}

describe("RowsDigest", () => {
  test("is the sum of the rows' SHA-256 modulo 2^256", () => {
    const rows = Array.from({ length: 1_000 }, (_, n) => `row ${String(n)}`);
    expect(sumOf(rows)).toEqual({ records: 1_000, sha256Sum: expected(rows) });
    expect(sumOf([])).toEqual({ records: 0, sha256Sum: "0".repeat(64) });
  });

  test("does not depend on the order, but on how often a row comes", () => {
    expect(sumOf(["a", "b", "b"])).toEqual(sumOf(["b", "a", "b"]));
    expect(sumOf(["a", "b", "b"])).not.toEqual(sumOf(["a", "a", "b"]));
    expect(sumOf(["ab", ""])).not.toEqual(sumOf(["a", "b"]));
  });
});
