import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode } from "@temporalio/worker";
import { RefillError } from "../domain/errors.js";

/** The bundle that the build makes, beside the compiled program. */
export const bundlePath = fileURLToPath(
  new URL("../workflow-bundle.js", import.meta.url),
);

/** Compiled, or as its source where a test runs that. */
const workflowsPath = ["../workflows/index.js", "../workflows/index.ts"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

/** The workflows' code: as bundled by the build, else bundled now. */
export async function loadWorkflowBundle() {
  if (existsSync(bundlePath)) {
    return { workflowBundle: { codePath: bundlePath } };
  }
  return { workflowBundle: await makeWorkflowBundle() };
}

/** Bundles the workflows; takes about two seconds. */
export function makeWorkflowBundle(): Promise<{ readonly code: string }> {
  if (workflowsPath === undefined) {
    throw new RefillError(
      "INTERNAL",
      "Expected the workflows' code beside the worker's; found none. Run npm run build.",
    );
  }
  return bundleWorkflowCode({ workflowsPath });
}
