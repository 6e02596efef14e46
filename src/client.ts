#!/usr/bin/env node
// The operator's command line: `node dist/client.js --help`.
import { runProcess } from "./cli/process/run-process.js";

await runProcess();
