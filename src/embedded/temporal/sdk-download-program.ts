// A program of its own, so that a download which hangs can be ended: starts the SDK's test server, which downloads the
// binary into the folder named by the first argument, and stops it at once.
import { TestWorkflowEnvironment } from "@temporalio/testing";

const environment = await TestWorkflowEnvironment.createLocal({
  server: {
    executable: {
      type: "cached-download",
      ...(process.argv[2] === undefined
        ? {}
        : { downloadDir: process.argv[2] }),
    },
  },
});
await environment.teardown();
