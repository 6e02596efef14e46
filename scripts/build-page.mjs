// Bundles the page: one script and one stylesheet, named by their content, and the HTML that names them by relative paths,
// so that the page works below any prefix.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

await rm(`${root}dist/web`, { recursive: true, force: true });
await mkdir(`${root}dist/web`, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { page: "src/web/main.tsx", style: "src/web/style.css" },
  outdir: "dist/web/assets",
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  metafile: true,
});
const names = Object.keys(metafile.outputs).map((path) => basename(path));
const script = names.find((name) => name.endsWith(".js"));
const style = names.find((name) => name.endsWith(".css"));

await writeFile(
  `${root}dist/web/index.html`,
  `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Refill</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="assets/${style}" />
    <script type="module" src="assets/${script}"></script>
  </head>
  <body>
    <div id="page"></div>
    <noscript>This page needs JavaScript. The command line and the API do without.</noscript>
  </body>
</html>
`,
);
