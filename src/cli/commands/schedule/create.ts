import { type Command, Option } from "commander";
import {
  type AuditMode,
  auditModes,
} from "../../../domain/schedules/audit-mode.js";
import { createSchedule } from "../../../operations/schedules/create-schedule.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import {
  parseCatchUp,
  parseLiveConcurrency,
  parseLookback,
  parseWait,
} from "../../options/option-values.js";
import { scheduleDetails } from "../../schedules/schedule-view.js";

interface CreateOptions {
  readonly from?: string;
  readonly lookback: number;
  readonly delay: number;
  readonly jitter: number;
  readonly catchUp: number;
  readonly concurrency: number;
  readonly audit: AuditMode;
  readonly note?: string;
}

/** `refill schedule create EXPORT`. */
export function addScheduleCreate(parent: Command, line: CommandLine): void {
  const command = parent
    .command("create")
    .argument("<export>", "its id or its name")
    .summary("export each interval as it closes")
    .description(
      "Makes the schedule of a batch export, which has one at most. It exports each interval when it closes, from now or from --from on.",
    );
  addCreateOptions(command);
  addCommonOptions(command);
  onInvoke<[name: string], CreateOptions>(command, line, {
    body: async ({ args, options, config, team, output }) => {
      const [name] = args;
      const created = await withContext({ config }, (context) =>
        createSchedule(context, {
          export: name,
          team,
          from: options.from ?? null,
          lookback: options.lookback,
          delayMs: options.delay,
          jitterMs: options.jitter,
          catchUpMs: options.catchUp,
          concurrency: options.concurrency,
          audit: options.audit,
          note: options.note ?? null,
        }),
      );
      await output.result(created, () => scheduleDetails(created));
      return 0;
    },
  });
}

function addCreateOptions(command: Command): void {
  command
    .option(
      "--from <time>",
      "where its coverage begins (default: with the interval that is going on now)",
    )
    .option(
      "--lookback <n>",
      "export so many intervals before the new one again, for records that came late",
      parseLookback,
      0,
    )
    .addOption(
      durationOption("--delay <duration>", {
        what: "wait so long after an interval has closed",
        text: "0s",
        read: parseWait,
      }),
    )
    .addOption(
      durationOption("--jitter <duration>", {
        what: "spread firings over so long, where many exports close at once",
        text: "0s",
        read: parseWait,
      }),
    )
    .addOption(
      durationOption("--catch-up <duration>", {
        what: "make up for firings missed in a time without Temporal no longer ago than this; the next firing takes up what is older",
        text: "7d",
        read: parseCatchUp,
      }),
    )
    .option(
      "--concurrency <n>",
      "live runs in flight at a time, at most 100",
      parseLiveConcurrency,
      4,
    )
    .addOption(
      new Option(
        "--audit <mode>",
        "look for gaps at night: report shows them in `schedule get`, repair starts the backfills that close them",
      )
        .choices(auditModes)
        .default("off"),
    )
    .option("--note <text>", "why, for whoever looks at it later")
    .addHelpText(
      "after",
      `
Examples:
  $ refill schedule create flights
  $ refill schedule create flights --lookback 3 --delay 10m
  $ refill schedule create flights --from 2024-03-01 --audit repair`,
    );
}

function durationOption(
  flags: string,
  of: {
    readonly what: string;
    readonly text: string;
    readonly read: (text: string) => number;
  },
): Option {
  return new Option(flags, of.what)
    .argParser(of.read)
    .default(of.read(of.text), of.text);
}
