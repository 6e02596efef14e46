import { execFile } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A build of Refill on disk, of a version of its own. */
export interface Build {
  readonly version: string;
  /** Its worker, for Node to run. */
  readonly program: string;
  remove(): Promise<void>;
}

/** What is another in the compiled code of the workflows: in this file, this text, by that one. */
export interface WorkflowChange {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const root = join(import.meta.dirname, "../../..");

/** Copies the build that is there, as a version whose workflows differ, and bundles those as the build does. */
export async function makeBuild(
  version: string,
  changes: readonly WorkflowChange[] = [],
): Promise<Build> {
  const folder = await mkdtemp(join(tmpdir(), "refill-build-"));
  const manifest = { name: "refill", type: "module", version };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  for (const part of ["dist", "sql"]) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  for (const change of changes) await apply(folder, change);
  await bundle(folder);
  return {
    version,
    program: join(folder, "dist/worker.js"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function apply(
  folder: string,
  { file, from, to }: WorkflowChange,
): Promise<void> {
  const path = join(folder, "dist/workflows", file);
  const code = await readFile(path, "utf8");
  if (!code.includes(from)) {
    throw new Error(`Expected ${JSON.stringify(from)} in ${file}; found none`);
  }
  await writeFile(path, code.replace(from, to));
}

async function bundle(folder: string): Promise<void> {
  const script = join(folder, "scripts/bundle-workflows.mjs");
  await mkdir(join(folder, "scripts"));
  await cp(join(root, "scripts/bundle-workflows.mjs"), script);
  await promisify(execFile)(process.execPath, [script], { cwd: folder });
}
