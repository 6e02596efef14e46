import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { settingsSchema } from "../../src/config/settings-schema.js";

const text = readFileSync(join(__dirname, "../../docs/operating.md"), "utf8");
const [section = ""] = text.split("## Settings")[1]?.split("\n## ") ?? [];

/** Lines such as "| `REFILL_TEAM` | none | what it sets |". */
const documented = section
  .split("\n")
  .flatMap((line) => /^\| `([A-Z][A-Z_]+)`/.exec(line)?.[1] ?? []);

test("docs/operating.md has an entry for every setting, and for no other", () => {
  expect([...documented].sort()).toEqual(
    Object.keys(settingsSchema.shape).sort(),
  );
});
