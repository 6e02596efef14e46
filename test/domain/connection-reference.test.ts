import { expect, test } from "@jest/globals";
import { parseConnectionReference } from "../../src/domain/connection-reference.js";

test.each([
  ["default", { kind: "default" }],
  ["env:REFILL_SECRET_URL", { kind: "env", name: "REFILL_SECRET_URL" }],
  ["file:flights/url", { kind: "file", path: "flights/url" }],
  ["file:/run/secrets/url", { kind: "file", path: "/run/secrets/url" }],
  ["file:..url", { kind: "file", path: "..url" }],
])("%s is a reference", (text, reference) => {
  expect(parseConnectionReference(text)).toEqual(reference);
});

test.each([
  "",
  "Default",
  "env:",
  "env:1A",
  "env:A B",
  "env:A\n",
  "file:",
  "file:a/../b",
  "file:..",
  "file:a\0",
  "file:a\\b",
  "file:a/",
  "file:postgres://u:p@h/d",
  "file:host=h password=x",
  "postgres://u:p@h/d",
])("%j is no reference", (text) => {
  expect(parseConnectionReference(text)).toBeNull();
});
