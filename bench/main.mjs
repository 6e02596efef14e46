// `npm run bench` runs all; `npm run bench -- tiny-runs` runs one. Each prints one JSON document of figures.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const all = [
  "transfer",
  "export",
  "small-runs",
  "s3",
  "tiny-runs",
  "decade-of-hours",
  "million-runs",
  "latency",
  "control",
  "page",
  "api",
];
const wanted = process.argv.slice(2);

for (const name of wanted.length === 0 ? all : wanted) {
  if (!all.includes(name)) {
    throw new Error(`Expected one of ${all.join(", ")}; got ${name}`);
  }
  console.error(`bench: ${name}`);
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: "inherit" });
  const [exitCode] = await once(child, "exit");
  if (exitCode !== 0) process.exitCode = 1;
}
