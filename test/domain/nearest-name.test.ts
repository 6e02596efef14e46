import { expect, test } from "@jest/globals";
import { nearestName } from "../../src/domain/nearest-name.js";

const known = ["table", "timestamp_column", "timestamp_timezone", "key"];

test.each([
  ["tabel", "table"],
  ["Table", "table"],
  ["timestampcolumn", "timestamp_column"],
  ["timestamp_timezon", "timestamp_timezone"],
  ["keys", "key"],
  ["table", "table"],
])("%s most likely means %s", (name, meant) => {
  expect(nearestName(name, known)).toBe(meant);
});

test.each(["", "bucket", "x".repeat(100_000), "toes"])(
  "nothing is guessed where nothing is close",
  (name) => {
    expect(nearestName(name, known)).toBeNull();
  },
);
