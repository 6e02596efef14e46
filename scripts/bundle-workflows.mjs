// Bundles the workflows once, at build time, so that no worker has to at its start.
import { writeFile } from "node:fs/promises";
import {
  bundlePath,
  makeWorkflowBundle,
} from "../dist/worker/workflow-bundle.js";

const { code } = await makeWorkflowBundle();
await writeFile(bundlePath, code);
