import { expect, test } from "@jest/globals";
import { PartBuffer } from "../../../../src/transfer/destinations/s3/part-buffer.js";
import {
  maxParts,
  partSizeBytes,
} from "../../../../src/transfer/destinations/s3/part-size.js";

const MiB = 1024 * 1024;
const numbers = Array.from({ length: maxParts }, (_, index) => index + 1);

test("parts stay small until an object is large: 8 MiB up to 8 GB", () => {
  expect(partSizeBytes(1)).toBe(8 * MiB);
  expect(partSizeBytes(1_000)).toBe(8 * MiB);
  expect(partSizeBytes(1_001)).toBe(16 * MiB);
});

test("10,000 parts are enough for the largest object, and none is above the limit of 5 GiB", () => {
  const total = numbers.reduce((sum, number) => sum + partSizeBytes(number), 0);
  expect(total).toBeGreaterThanOrEqual(5 * 1024 * 1024 * MiB);
  expect(Math.max(...numbers.map(partSizeBytes))).toBeLessThan(5 * 1024 * MiB);
});

test("a part takes what it has room for, in order, and no more memory than it needs", () => {
  const part = new PartBuffer(4 * MiB, null);
  const chunk = Buffer.from(Uint8Array.from({ length: 700_001 }, (_, i) => i));
  expect(part.add(chunk)).toBe(chunk.length);
  expect(part.memory.byteLength).toBeLessThanOrEqual(MiB);
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
