import { expect, test } from "@jest/globals";
import { canCollide } from "../../src/definition/destinations/output-conflict.js";
import { validateDefinition } from "../../src/definition/read-definition.js";
import { flightsWith } from "./flights.js";

const files = (
  name: string,
  path: string,
  key: string,
  more: Readonly<Record<string, unknown>> = {},
  format: object = { type: "jsonl", compression: "none" },
) =>
  validateDefinition(
    flightsWith({ name, destination: { path, key, ...more }, format }),
  );

const bounds = "{data_interval_start}-{data_interval_end}";

test.each([
  ["the same path and key", files("b", "a", bounds), true],
  ["another folder", files("b", "b", bounds), false],
  ["a deeper folder", files("b", "a/b", bounds), false],
  [
    "another format",
    files("b", "a", bounds, {}, { type: "csv", compression: "none" }),
    false,
  ],
  [
    "a date that is written out",
    files("b", "a", `20010301T050000Z-{data_interval_end}`),
    true,
  ],
  ["numbered files", files("b", "a", bounds, { max_file_size_mb: 1 }), false],
  [
    "a file of it as a folder",
    files("b", "a", `${bounds}.jsonl/{year}-${bounds}`),
    true,
  ],
])(
  "an export can write over another one's files: %s",
  (_what, other, expected) => {
    const one = files("a", "a", bounds);
    expect(canCollide(one, other)).toBe(expected);
    expect(canCollide(other, one)).toBe(expected);
  },
);

test("numbered files and manifests are looked at too", () => {
  const cut = files("a", "a", bounds, { max_file_size_mb: 1 });
  expect(canCollide(cut, files("b", "a", `${bounds}.00001`))).toBe(true);
  expect(canCollide(cut, files("b", "a", `${bounds}.100000`))).toBe(true);
  expect(canCollide(cut, files("b", "a", `${bounds}.0000x`))).toBe(false);
});

test("a bucket is the same by Amazon's host and by none, and another at another server", () => {
  const at = (name: string, endpoint: string | null) =>
    validateDefinition(
      flightsWith({
        name,
        destination: {
          type: "s3",
          path: undefined,
          bucket: "exports",
          key: bounds,
          region: "us-east-1",
          endpoint,
        },
        format: { type: "jsonl", compression: "none" },
      }),
    );
  const own = at("a", null);
  const amazon = "https://s3.us-east-1.amazonaws.com";
  expect(canCollide(own, at("b", amazon))).toBe(true);
  expect(canCollide(own, at("b", "https://s3.amazonaws.com"))).toBe(true);
  expect(canCollide(own, at("b", "http://minio:9000"))).toBe(false);
});
