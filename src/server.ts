#!/usr/bin/env node
// The REST API on its own: the same as `refill server`.
import { runProcess } from "./cli/process/run-process.js";

await runProcess(["server", ...process.argv.slice(2)]);
