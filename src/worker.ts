#!/usr/bin/env node
// A worker on its own: the same as `refill worker`.
import { runProcess } from "./cli/process/run-process.js";

await runProcess(["worker", ...process.argv.slice(2)]);
