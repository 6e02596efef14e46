// The workflows' code for all workers that tests run in their own process, bundled once: each of them would take 2 s to
// bundle it again. It is made of the sources, so it is never older than they are.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeWorkflowBundle } from "../../../dist/worker/workflow-bundle.js";

const sources = fileURLToPath(
  new URL("../../../src/workflows", import.meta.url),
);

/** Bundles the workflows into a folder, and returns the file. */
export async function writeWorkflowBundle(folder) {
  const { code } = await makeWorkflowBundle(sources);
  const path = join(folder, "workflow-bundle.js");
  await writeFile(path, code);
  return path;
}
