import { expect, test } from "@jest/globals";
import { PartBuffer } from "../../../../src/transfer/destinations/s3/part-buffer.js";
import {
  maxParts,
  partSizeBytes,
} from "../../../../src/transfer/destinations/s3/part-size.js";

const MiB = 1024 * 1024;
const numbers = Array.from({ length: maxParts }, (_, index) => index + 1);

test("parts stay as small as S3 lets them be until an object is large: 5 MiB up to 5 GB", () => {
  expect(partSizeBytes(1)).toBe(5 * MiB);
  expect(partSizeBytes(950)).toBe(5 * MiB);
  expect(partSizeBytes(951)).toBe(10 * MiB);
});

test("10,000 parts are enough for the largest object, and each fits into a Buffer", () => {
  const total = numbers.reduce((sum, number) => sum + partSizeBytes(number), 0);
  expect(total).toBeGreaterThanOrEqual(5 * 1024 * 1024 * MiB);
  expect(Math.max(...numbers.map(partSizeBytes))).toBeLessThan(4 * 1024 * MiB);
});

test("a part takes what it has room for, in order, and little memory for a few rows", () => {
  const part = new PartBuffer(4 * MiB, null);
  expect(part.add(Buffer.alloc(0))).toBe(0);
  expect(part.memory.byteLength).toBe(MiB / 4);
  const chunk = Buffer.from(Uint8Array.from({ length: 700_001 }, (_, i) => i));
  expect(part.add(chunk)).toBe(chunk.length);
  let taken = chunk.length;
  while (!part.isFull) taken += part.add(chunk);
  expect(taken).toBe(4 * MiB);
  expect(part.add(chunk)).toBe(0);
  const whole = Buffer.concat(Array.from({ length: 6 }, () => chunk));
  expect(part.bytes.equals(whole.subarray(0, 4 * MiB))).toBe(true);
  expect(part.memory.byteLength).toBe(4 * MiB);
});

test("the memory of a part is used again, where it has the size", () => {
  const memory = Buffer.alloc(4 * MiB, 1);
  expect(new PartBuffer(4 * MiB, memory).memory).toBe(memory);
  expect(new PartBuffer(8 * MiB, memory).memory).not.toBe(memory);
  const part = new PartBuffer(4 * MiB, memory);
  part.add(Buffer.from("new"));
  expect(part.bytes.toString()).toBe("new");
});
