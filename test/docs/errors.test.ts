import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { errorCatalog } from "../../src/domain/errors.js";

const text = readFileSync(join(__dirname, "../../docs/errors.md"), "utf8");

/** Lines such as "| `USAGE` | 2 | no | meaning | what to do |". */
const documented = text
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, code = "", exit, again, meaning, advice]) => ({
    code: code.replaceAll("`", ""),
    exitCode: Number(exit),
    retryable: again === "yes",
    meaning,
    advice,
  }));

test("docs/errors.md explains every code once, and none that does not exist", () => {
  expect(documented.map(({ code }) => code).sort()).toEqual(
    Object.keys(errorCatalog).sort(),
  );
});

test("docs/errors.md tells each code's exit code and whether to try again as the code does", () => {
  const kinds = documented.map(({ code, exitCode, retryable }) => [
    code,
    { exitCode, retryable },
  ]);
  expect(Object.fromEntries(kinds)).toEqual(errorCatalog);
});

test("docs/errors.md says of every code what it means and what to do", () => {
  const silent = documented.filter(
    ({ meaning, advice }) => meaning === "" || (advice ?? "") === "",
  );
  expect(silent).toEqual([]);
});
