import type { FastifyInstance } from "fastify";
import type { Access } from "../../access/access.js";
import { docsPage, docsPolicy } from "../../docs/docs-page.js";
import type { ApiDocument } from "../../docs/document.js";
import { openapiDocument } from "../../openapi/openapi-document.js";
import { hardening } from "../../page/hardening.js";

/** What the routes are, for programs and for people. Both ask for a key, as the routes do. */
export function addDocumentRoutes(app: FastifyInstance, access: Access): void {
  app.get("/openapi.json", { schema: { hide: true } }, async (request) => {
    await access(request);
    return openapiDocument(app);
  });
  app.get("/docs", { schema: { hide: true } }, async (request, reply) => {
    await access(request);
    const [path = ""] = request.url.split("?");
    const document = openapiDocument(app) as ApiDocument;
    return reply
      .headers({ ...hardening, "content-security-policy": docsPolicy })
      .header("cache-control", "no-store")
      .header("content-type", "text/html; charset=utf-8")
      .serializer((text: string) => text)
      .send(docsPage(document, path.endsWith("/") ? "../" : ""));
  });
}
