import type { Command } from "commander";
import { addCommonOptions, type CommandLine } from "../invocation.js";
import { addScheduleCreate } from "./schedule/create.js";
import { addScheduleDelete } from "./schedule/delete.js";
import { addScheduleGet } from "./schedule/get.js";
import { addScheduleList } from "./schedule/list.js";
import { addSchedulePause } from "./schedule/pause.js";
import { addScheduleResume } from "./schedule/resume.js";
import { addScheduleRuns } from "./schedule/runs.js";
import { addScheduleTrigger } from "./schedule/trigger.js";

/** `refill schedule`: each interval of an export as it closes. */
export function addScheduleCommands(parent: Command, line: CommandLine): void {
  const noun = parent
    .command("schedule")
    .summary("schedules: each interval as it closes")
    .description(
      "A schedule exports each interval of a batch export when it closes. What has closed and is not covered since it began is found again at every firing, so that nothing is lost to a time without servers, or to a clock change.",
    );
  addCommonOptions(noun, { hidden: true });
  addScheduleCreate(noun, line);
  addScheduleList(noun, line);
  addScheduleGet(noun, line);
  addScheduleRuns(noun, line);
  addSchedulePause(noun, line);
  addScheduleResume(noun, line);
  addScheduleTrigger(noun, line);
  addScheduleDelete(noun, line);
}
