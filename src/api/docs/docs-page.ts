import { createHash } from "node:crypto";
import { docsStyle } from "./docs-style.js";
import type { ApiDocument } from "./document.js";
import { Html, html } from "./html.js";
import { operationSection, type PlacedOperation } from "./operation-section.js";
import { componentAnchor, schemaView } from "./schema-table.js";

// Byte for byte what is hashed.
const style = new Html(`<style>${docsStyle}</style>`);

/** Nothing may run or be asked for, and no style but the page's own counts. */
export const docsPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(docsStyle).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The OpenAPI document as a page for people, of HTML alone: it runs nothing and asks for nothing. `root` leads to where the
 * server's paths begin, as seen from the page: empty, or `../`.
 */
export function docsPage(document: ApiDocument, root: "" | "../"): string {
  const { title, description, version } = document.info;
  const operations = operationsOf(document);
  const tags = [...new Set(operations.map(({ tags: [tag] }) => tag ?? ""))];
  const groups = tags.map((tag) => ({
    tag,
    own: operations.filter(({ tags: [own] }) => own === tag),
  }));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}: the API</title>
        ${style}
      </head>
      <body>
        <header>
          <h1>${title}: the API</h1>
          <p>
            ${description} Version ${version}.
            <a href="${root}openapi.json">openapi.json</a> says the same for
            programs; <a href="${root || "./"}">the page</a> shows what is going
            on.
          </p>
          <p>
            A request carries a key of its team as
            <code>Authorization: Bearer KEY</code>, made with
            <code>refill key create</code>; a <code>refill dev</code> asks for
            none. An export is named by its id or its name. What goes wrong is
            answered as a
            <a href="#${componentAnchor("Problem")}">problem document</a> with a
            code that lasts.
          </p>
          <nav aria-label="Operations">${groups.map(linksOf)}</nav>
        </header>
        <main>
          ${groups.map(
            ({ tag, own }) =>
              html`<h2>${capital(tag)}</h2>
                ${own.map(operationSection)}`,
          )}
          <h2>Objects</h2>
          ${componentsView(document)}
        </main>
      </body>
    </html> `;
  return page.text;
}

function operationsOf({ paths }: ApiDocument): readonly PlacedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
    })),
  );
}

function linksOf(group: {
  readonly tag: string;
  readonly own: readonly PlacedOperation[];
}): Html {
  return html`<h2>${capital(group.tag)}</h2>
    <ul>
      ${group.own.map(({ operationId, summary }) => html`<li><a href="#${operationId}">${summary}</a></li> `)}
    </ul>`;
}

function componentsView({ components }: ApiDocument): readonly Html[] {
  return Object.entries(components.schemas).map(([name, schema]) => {
    const anchor = componentAnchor(name);
    return html`<section id="${anchor}" aria-labelledby="${anchor}-title">
      <h3 id="${anchor}-title"><code class="place">${name}</code></h3>
      ${schemaView(schema)}
    </section> `;
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
