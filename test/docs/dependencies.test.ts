import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(__dirname, "../..");
const manifest = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
) as Readonly<
  Record<"dependencies" | "optionalDependencies" | "devDependencies", object>
>;

/** The packages named in the first column; `@temporalio/*` stands for all of that scope. */
const documented = readFileSync(join(root, "docs/dependencies.md"), "utf8")
  .split("\n\n")
  .filter((table) => table.startsWith("| Package "))
  .flatMap((table) => table.split("\n"))
  .filter((line) => line.startsWith("| `"))
  .flatMap((line) => line.split("|")[1]?.match(/[\w@][\w@/*.-]+/g) ?? []);

const used = [
  ...Object.keys(manifest.dependencies),
  ...Object.keys(manifest.optionalDependencies),
  ...Object.keys(manifest.devDependencies),
].map((name) => name.replace(/^@temporalio\/.*/, "@temporalio/*"));

test("docs/dependencies.md has an entry for every package, and for no other", () => {
  expect([...documented].sort()).toEqual([...new Set(used)].sort());
});
