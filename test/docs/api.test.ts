import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const docs = join(__dirname, "../../docs");
const { paths } = JSON.parse(
  readFileSync(join(docs, "openapi.json"), "utf8"),
) as {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly summary: string }>>>
  >;
};

test("docs/api.md lists the routes of the document: if this fails, run `npm run openapi:write`", () => {
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary }]) => {
      const place = path.replace("/api/projects/{team}/batch_exports/", "");
      return [`${method.toUpperCase()} ${place}`.trim(), summary];
    }),
  );
  const page = readFileSync(join(docs, "api.md"), "utf8");
  const [, listed = ""] = page.split(/<!-- (?:end of )?routes.*-->/);
  const rows = [...listed.matchAll(/^\| `([^`]+)` +\| (.*?) +\|$/gm)];
  expect(rows.map(([, route, does]) => [route, does])).toEqual(documented);
});
