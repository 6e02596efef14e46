import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Runtime } from "../cli/client.js";

const root = join(__dirname, "../../..");

/** A build of Refill that another Node made from the sources, and runs. */
export interface NodeBuild extends Runtime {
  remove(): Promise<void>;
}

/** Does what `npm run build` does, in a folder of its own. The types are checked elsewhere. */
export async function buildOn(node: string): Promise<NodeBuild> {
  const folder = await mkdtemp(join(tmpdir(), "refill-node-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, "scripts"));
  const scripts = [
    "scripts/bundle-workflows.mjs",
    "scripts/build-page.mjs",
  ] as const;
  const sources = ["package.json", "tsconfig.json", "tsconfig.build.json"];
  for (const path of [...sources, ...scripts, "src", "sql"]) {
    await cp(join(root, path), join(folder, path), { recursive: true });
  }
  const run = (...args: readonly string[]) =>
    promisify(execFile)(node, args, { cwd: folder });
  await run(
    "node_modules/typescript-7/bin/tsc",
    "--project",
    "tsconfig.build.json",
    "--noCheck",
  );
  for (const script of scripts) await run(script);
  return {
    node,
    program: join(folder, "dist/client.js"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
