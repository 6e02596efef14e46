// Writes docs/openapi.json: the document that the API serves, read from its routes without any server.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { buildServer } from "../dist/api/build-server.js";
import { openapiDocument } from "../dist/api/openapi/openapi-document.js";
import { toJson } from "../dist/contract/json.js";

const file = fileURLToPath(new URL("../docs/openapi.json", import.meta.url));

const app = await buildServer({
  // No request is made, so nothing else of it is used.
  context: { nowMs: Date.now },
  access: () => Promise.reject(new Error("no request is made")),
  rateLimit: { burst: 1, perSecond: 1 },
  say: () => undefined,
});
await app.ready();
await writeFile(file, `${toJson(openapiDocument(app), 2)}\n`);
process.stderr.write(`OpenAPI: written to ${file}\n`);
