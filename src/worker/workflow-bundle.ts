import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode } from "@temporalio/worker";
import { RefillError } from "../domain/errors.js";

/** The bundle that the build makes, beside the compiled program. */
export const bundlePath = fileURLToPath(
  new URL("../workflow-bundle.js", import.meta.url),
);

const workflowsPath = moduleOf("index");
const interceptorsPath = moduleOf("trace-interceptors");

/** Compiled, or as its source where a test runs that. */
function moduleOf(name: string): string | undefined {
  return [`../workflows/${name}.js`, `../workflows/${name}.ts`]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
}

/** The workflows' code: as bundled by the build, else bundled now. */
export async function loadWorkflowBundle() {
  if (existsSync(bundlePath)) {
    return { workflowBundle: { codePath: bundlePath } };
  }
  return { workflowBundle: await makeWorkflowBundle() };
}

/** Bundles the workflows; takes about two seconds. */
export function makeWorkflowBundle(): Promise<{ readonly code: string }> {
  if (workflowsPath === undefined || interceptorsPath === undefined) {
    throw new RefillError(
      "INTERNAL",
      "Expected the workflows' code beside the worker's; found none. Run npm run build.",
    );
  }
  return bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [interceptorsPath],
  });
}
