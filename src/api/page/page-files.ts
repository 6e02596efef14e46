import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly mediaType: string;
  readonly content: Buffer;
  readonly gzipped: Buffer;
}

/** Beside the compiled program, or where the build puts it when a test runs the sources. */
const folder = ["../../web/", "../../../dist/web/"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(join(path, "index.html")));

const mediaTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

/** The page's files by their path (`index.html`, `assets/page-HASH.js`); empty where the page has not been built. */
export function loadPageFiles(): ReadonlyMap<string, PageFile> {
  if (folder === undefined) return new Map();
  const names = readdirSync(join(folder, "assets"));
  const paths = ["index.html", ...names.map((name) => `assets/${name}`)];
  return new Map(paths.map((path) => [path, read(join(folder, path))]));
}

function read(path: string): PageFile {
  const content = readFileSync(path);
  const mediaType =
    mediaTypes[path.split(".").at(-1) ?? ""] ?? "application/octet-stream";
  return { mediaType, content, gzipped: gzipSync(content) };
}
