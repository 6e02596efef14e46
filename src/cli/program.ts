import { Command, type CommanderError } from "commander";
import { programVersion } from "../config/version.js";
import { addBackfillCommands } from "./commands/backfill.js";
import { addDev } from "./commands/dev.js";
import { addExportCommands } from "./commands/export.js";
import { addKeyCommands } from "./commands/key.js";
import { addMigrate } from "./commands/migrate.js";
import { addScheduleCommands } from "./commands/schedule.js";
import { addServer } from "./commands/server.js";
import { addWorker } from "./commands/worker.js";
import { addCommonOptions, type CommandLine, fullName } from "./invocation.js";
import { reportError, UsageProblem } from "./terminal/error-report.js";
import type { ExitCode } from "./terminal/exit-code.js";
import { createOutput } from "./terminal/output.js";
import type { Surroundings } from "./terminal/surroundings.js";

/** Runs one command line, `args` without the program's own name, and answers the exit code. Never throws. */
export async function runCommandLine(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  let json = asksForJson(args);
  const program = createProgram({
    surroundings,
    onOptions: (options) => {
      json = options.json === true;
    },
    end: (code) => {
      exitCode = code;
    },
  });
  prepare(program, { surroundings, json });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (isHelpOrVersion(thrown)) return 0;
    return reportError(thrown, createOutput(surroundings, json));
  }
}

/**
 * The whole command line of Refill: names, options, help.
 * @internal for tests
 */
export function createProgram(line: CommandLine): Command {
  const program = new Command("refill")
    .description("Backfill batch exports: durable, exact, watched live.")
    .version(programVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    // Options after a command's name belong to that command: `--note --json` is a note.
    .enablePositionalOptions()
    .addHelpText("after", afterHelp);
  addCommonOptions(program, { hidden: true });
  addDev(program, line);
  addExportCommands(program, line);
  addBackfillCommands(program, line);
  addScheduleCommands(program, line);
  addMigrate(program, line);
  addWorker(program, line);
  addServer(program, line);
  addKeyCommands(program, line);
  return program;
}

const afterHelp = `
Every command takes --json, --data-dir <dir> and --help.

Examples:
  $ refill dev                                    start Postgres, Temporal and a worker on this machine
  $ refill export create flights.yaml             say what to copy, from where to where
  $ refill backfill plan flights                  see what would run; touches nothing
  $ refill backfill start flights --wait          run it, with a progress bar

Exit codes: 0 done, 1 the backfill ended badly, 2 the request is wrong, 3 a server is away, 130 interrupted.`;

/** Sends commander's words where the program's words go, and makes its complaints errors of Refill. */
function prepare(
  command: Command,
  context: { readonly surroundings: Surroundings; readonly json: boolean },
): void {
  const { stdout, stderr } = context.surroundings;
  const name = fullName(command);
  command
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => context.json || stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride((error: CommanderError) => {
      throw new UsageProblem(error, name);
    });
  for (const child of command.commands) prepare(child, context);
}

function isHelpOrVersion(thrown: unknown): boolean {
  return thrown instanceof UsageProblem && thrown.cause.exitCode === 0;
}

/** Looked up by hand, because a wrong command line may be refused before its options are read. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).includes("--json");
}
