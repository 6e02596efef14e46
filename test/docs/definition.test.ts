import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { knownKeys } from "../../src/definition/definition-schema.js";
import { families, knownTypes } from "../../src/definition/families.js";
import { parseDefinition } from "../../src/definition/read-definition.js";

const text = readFileSync(join(__dirname, "../../docs/definition.md"), "utf8");

test.each(["", ...Object.keys(families)])(
  "docs/definition.md has an entry for every key that there is, and for no other: %j",
  (path) => {
    const types = path === "" ? [null] : knownTypes(path);
    const keys = types.flatMap((type) => knownKeys(path, type));
    const heading = path === "" ? "The export" : `\`${path}\``;
    expect(documentedUnder(heading)).toEqual(new Set(keys));
  },
);

test("the example of docs/definition.md is a valid definition", () => {
  const [, example = ""] = /```yaml\n([^`]*)```/.exec(text) ?? [];
  expect(parseDefinition(example, "yaml").name).toBe("orders");
});

/** The names in the first column of a section's table. */
function documentedUnder(heading: string): ReadonlySet<string> {
  const [section = ""] =
    text.split(`\n## ${heading}\n`)[1]?.split("\n## ") ?? [];
  return new Set(
    section
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .flatMap((line) => line.split("|")[1]?.match(/\w+/g) ?? []),
  );
}
