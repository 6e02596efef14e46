import type { Command } from "commander";
import { addCommonOptions, type CommandLine } from "../invocation.js";
import { addBackfillCancel } from "./backfill/cancel.js";
import { addBackfillDescribe } from "./backfill/describe.js";
import { addBackfillExplain } from "./backfill/explain.js";
import { addBackfillGet } from "./backfill/get.js";
import { addBackfillList } from "./backfill/list.js";
import { addBackfillPause } from "./backfill/pause.js";
import { addBackfillPlan } from "./backfill/plan.js";
import { addBackfillRepin } from "./backfill/repin.js";
import { addBackfillResume } from "./backfill/resume.js";
import { addBackfillRetry } from "./backfill/retry.js";
import { addBackfillRuns } from "./backfill/runs.js";
import { addBackfillSetConcurrency } from "./backfill/set-concurrency.js";
import { addBackfillStart } from "./backfill/start.js";
import { addBackfillVerify } from "./backfill/verify.js";
import { addBackfillWatch } from "./backfill/watch.js";

/** `refill backfill`: requests to make every run of a range of the past. */
export function addBackfillCommands(parent: Command, line: CommandLine): void {
  const noun = parent
    .command("backfill")
    .summary("backfills: every run of a range of the past")
    .description(
      "Backfills make every run of a range of the past: one run for each interval of a batch export.",
    );
  addCommonOptions(noun, { hidden: true });
  addBackfillPlan(noun, line);
  addBackfillStart(noun, line);
  addBackfillWatch(noun, line);
  addBackfillGet(noun, line);
  addBackfillDescribe(noun, line);
  addBackfillList(noun, line);
  addBackfillRuns(noun, line);
  addBackfillExplain(noun, line);
  addBackfillPause(noun, line);
  addBackfillResume(noun, line);
  addBackfillSetConcurrency(noun, line);
  addBackfillCancel(noun, line);
  addBackfillVerify(noun, line);
  addBackfillRetry(noun, line);
  addBackfillRepin(noun, line);
}
