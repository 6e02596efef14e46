import { expect, test } from "@jest/globals";
import { relativePathProblems } from "../../../src/domain/keys/relative-path.js";

test.each([
  "flights",
  "a/b/c",
  "..a/b..",
  "a b/.hidden",
  "vols/données",
  "x".repeat(200),
])("%s is safe below any root", (path) => {
  expect(relativePathProblems(path)).toEqual([]);
});

test.each([
  "",
  "/",
  "/a",
  "//a",
  "..",
  "../a",
  "a/..",
  "a/../b",
  "./a",
  "a/.",
  "a//b",
  "a/",
  "a\\b",
  "a\0b",
  "a\nb",
  "a\u007fb",
  "a\u2028b",
  "a\u202eb",
  "a\ud800b",
  "x".repeat(201),
  "é".repeat(101),
  "a/".repeat(512) + "a",
])("%j is refused", (path) => {
  expect(relativePathProblems(path)).not.toEqual([]);
});
