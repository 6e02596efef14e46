import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { testCacheDir } from "../servers/servers.js";

/** The lines of Node that Refill supports. */
export const nodeLines = ["22", "24", "26"] as const;

export type NodeLine = (typeof nodeLines)[number];

const files = ["package.json", "package-lock.json"];
const declared = join(__dirname, "binaries");

/**
 * The programs of all lines, which npm brings to the project's cache once, by the hashes of `binaries/package-lock.json`.
 * A text that says why where it can't.
 */
export function nodeBinaries(): Readonly<Record<NodeLine, string>> | string {
  const cacheDir = testCacheDir();
  const folder = join(cacheDir, `node-binaries-${lockHash()}`);
  try {
    if (!existsSync(folder)) install(cacheDir, folder);
  } catch (error) {
    return `npm can't bring other releases of Node (${firstLine(error)})`;
  }
  const binaries = nodeLines.map((line) => [line, join(folder, line)]);
  if (!binaries.every(([, path]) => existsSync(path ?? ""))) {
    return `npm has no other releases of Node for ${platform}`;
  }
  return Object.fromEntries(binaries) as Record<NodeLine, string>;
}

const platform = `${process.platform}-${process.arch}`;

/** Into a folder beside it, which is renamed when all is there: two test runs at once don't meet. */
function install(cacheDir: string, folder: string): void {
  mkdirSync(cacheDir, { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    for (const file of files) {
      cpSync(join(declared, file), join(unfinished, file));
    }
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: unfinished,
      stdio: ["ignore", "ignore", "pipe"],
    });
    // The rest of a release is headers and manuals, 60 MB.
    const packages = join(unfinished, "node_modules");
    for (const line of nodeLines) {
      const binary = join(packages, `node-${line}-${platform}/bin/node`);
      if (existsSync(binary)) renameSync(binary, join(unfinished, line));
    }
    rmSync(packages, { recursive: true });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function lockHash(): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(declared, file)));
  return hash.digest("hex").slice(0, 12);
}

function firstLine(error: unknown): string {
  const { stderr } = error as { readonly stderr?: Buffer };
  const text = stderr?.toString("utf8") ?? String(error);
  return text.trim().split("\n")[0] ?? "";
}
