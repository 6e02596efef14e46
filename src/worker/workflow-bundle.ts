import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode } from "@temporalio/worker";
import { RefillError } from "../domain/errors.js";

/** The bundle that the build makes, beside the compiled program. */
export const bundlePath = fileURLToPath(
  new URL("../workflow-bundle.js", import.meta.url),
);

/** The workflows' modules: compiled, or as their sources where a test runs those. */
const workflowsFolder = fileURLToPath(new URL("../workflows", import.meta.url));

/** The workflows' code: as bundled in a file, by default by the build; where there is none, bundled now. */
export async function loadWorkflowBundle(codePath = bundlePath) {
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowBundle: await makeWorkflowBundle() };
}

/** Bundles the workflows of a folder, by default those beside this module; takes about two seconds. */
export function makeWorkflowBundle(
  folder = workflowsFolder,
): Promise<{ readonly code: string }> {
  const workflowsPath = moduleOf(folder, "index");
  const interceptorsPath = moduleOf(folder, "trace-interceptors");
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

function moduleOf(folder: string, name: string): string | undefined {
  return [join(folder, `${name}.js`), join(folder, `${name}.ts`)].find((path) =>
    existsSync(path),
  );
}
