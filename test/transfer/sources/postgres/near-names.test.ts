import { expect, test } from "@jest/globals";
import { nearNames } from "../../../../src/transfer/sources/postgres/near-names.js";

const names = ["departed_at", "arrived_at", "origin", "Delay", "id"];

test("names that differ by a slip are near, the nearest first", () => {
  expect(nearNames("departd_at", names)).toEqual(["departed_at"]);
  expect(nearNames("delay", names)).toEqual(["Delay"]);
  expect(nearNames("_at", names)).toEqual(["arrived_at", "departed_at"]);
});

test("names that have nothing in common are not near", () => {
  expect(nearNames("passengers", names)).toEqual([]);
});
