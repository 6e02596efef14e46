import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { docsPage, docsPolicy } from "../../src/api/docs/docs-page.js";
import type { ApiDocument } from "../../src/api/docs/document.js";

const document = JSON.parse(
  readFileSync(join(__dirname, "../../docs/openapi.json"), "utf8"),
) as ApiDocument;

const page = docsPage(document, "");

function all(pattern: RegExp, text = page): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found]) => found ?? "");
}

const sections = all(/<section\s+id="([^"]+)"/g);

describe("the page of the API", () => {
  test("tells of every operation and every object of the document, and links to each", () => {
    const operations = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    const objects = Object.keys(document.components.schemas);
    expect([...sections].sort()).toEqual(
      [...operations, ...objects.map((name) => `schema-${name}`)].sort(),
    );
    const links = all(/href="#([^"]+)"/g);
    expect(links).toEqual(expect.arrayContaining(operations));
    for (const link of links) expect(sections).toContain(link);
    expect(new Set(sections).size).toBe(sections.length);
  });

  test("says what a start takes: each field, what it holds, and what it is where it is left out", () => {
    const [start = ""] = all(
      /<section\s+id="startBackfill"([\s\S]*?)<\/section>/g,
    );
    const text = start
      .replaceAll("<wbr />", "")
      .replaceAll(/<[^>]+>/g, " ")
      .replaceAll(/\s+/g, " ");
    expect(text).toContain("POST /api/projects/{team}/batch_exports/{export}/");
    expect(text).toContain("Takes batch_export:write");
    expect(text).toContain(
      "overlap one of refuse, trim, queue else &quot;refuse&quot;",
    );
    expect(text).toContain("concurrency integer from 1 to 500; else 4");
    expect(text).toContain("plan string or object or null");
    expect(text).toContain("idempotency-key:");
    expect(text).toMatch(
      /Problems: 400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503\./,
    );
  });

  test("names the fields of objects in lists, and requires what the document requires", () => {
    const [plan = ""] = all(
      /<section\s+id="planBackfill"([\s\S]*?)<\/section>/g,
    );
    expect(plan).toMatch(
      /<code>runs\[\]\.data_interval_start<\/code>\s*\(required\)/,
    );
  });

  test("is of HTML alone, and its policy lets its own style in and nothing else", () => {
    expect(page).not.toMatch(/<script|<link|<img|\sstyle=|\son\w+=|https?:/);
    const [css = ""] = all(/<style>([\s\S]*?)<\/style>/g);
    const hash = createHash("sha256").update(css).digest("base64");
    expect(docsPolicy).toContain(`style-src 'sha256-${hash}'`);
    expect(docsPolicy).toContain("default-src 'none'");
  });

  test("leads back to where the server's paths begin", () => {
    expect(all(/href="([^#"][^"]*)"/g)).toEqual(["openapi.json", "./"]);
    const below = docsPage(document, "../");
    expect(all(/href="([^#"][^"]*)"/g, below)).toEqual([
      "../openapi.json",
      "../",
    ]);
  });

  test("escapes what it shows", () => {
    const { info } = document;
    const description = `<script>alert("1 & 2")</script>`;
    const escaped = docsPage(
      { ...document, info: { ...info, description } },
      "",
    );
    expect(escaped).not.toContain("<script>");
    expect(escaped).toContain(
      "&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;",
    );
  });
});
