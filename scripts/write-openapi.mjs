// Writes docs/openapi.json, the document that the API serves, read from its routes without any server, and the table of
// routes in docs/api.md.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { buildServer } from "../dist/api/build-server.js";
import { openapiDocument } from "../dist/api/openapi/openapi-document.js";
import { toJson } from "../dist/contract/json.js";

const file = fileURLToPath(new URL("../docs/openapi.json", import.meta.url));
const page = fileURLToPath(new URL("../docs/api.md", import.meta.url));

const app = await buildServer({
  // No request is made, so nothing else of it is used.
  context: { nowMs: Date.now },
  access: () => Promise.reject(new Error("no request is made")),
  rateLimit: { burst: 1, perSecond: 1 },
  say: () => undefined,
});
await app.ready();
const document = openapiDocument(app);
await writeFile(file, `${toJson(document, 2)}\n`);
await writeFile(page, await withRoutes(await readFile(page, "utf8")));
process.stderr.write(`OpenAPI: written to ${file}\n`);

async function withRoutes(text) {
  const base = "/api/projects/{team}/batch_exports/";
  const rows = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary }]) => {
      const place = path.startsWith(base) ? path.slice(base.length) : path;
      const name = `${method.toUpperCase()} ${place}`.trim();
      return `| \`${name}\` | ${summary} |`;
    }),
  );
  const table = ["| Route | Does |", "| --- | --- |", ...rows].join("\n");
  const [before, rest = ""] = text.split(/(?<=<!-- routes: .*-->\n)/);
  const after = rest.slice(rest.indexOf("<!-- end of routes -->"));
  return format(`${before}\n${table}\n\n${after}`, { parser: "markdown" });
}
