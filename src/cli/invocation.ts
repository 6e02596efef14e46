import { type Command, Option } from "commander";
import type { Config } from "../config/config.js";
import { loadConfig } from "../config/load-config.js";
import { traceCommand } from "./command-trace.js";
import { parseTeam } from "./options/option-values.js";
import type { ExitCode } from "./terminal/exit-code.js";
import { untilInterrupted } from "./terminal/interruption.js";
import { createOutput, type Output } from "./terminal/output.js";
import type { Surroundings } from "./terminal/surroundings.js";

/** What the program hands to its commands. */
export interface CommandLine {
  readonly surroundings: Surroundings;
  /** Told the options of the command as soon as they are read. */
  readonly onOptions: (options: CommonOptions) => void;
  /** Says how the process is to end. 0 unless said. */
  readonly end: (exitCode: ExitCode) => void;
}

/** Options that every command takes, before or after its name. */
interface CommonOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly team?: number;
}

/** One use of a command, with everything its body needs. */
export interface Invocation<Args extends readonly string[], Options> {
  readonly args: Args;
  readonly options: Options & CommonOptions;
  readonly config: Config;
  /** As given with --team; null where it was not. */
  readonly team: number | null;
  readonly output: Output;
  readonly surroundings: Surroundings;
}

type Body<Args extends readonly string[], Options> = (
  invocation: Invocation<Args, Options>,
) => Promise<ExitCode | undefined>;

/** How long a command that hears an interrupt may take to call off what it asked for. */
export const tidyMs = 3_000;

/**
 * Connects a command to what it does. An interrupt ends it with 130: at once, or, where it hears the signal itself,
 * once it has called off what it asked for. A command may also see to interrupts on its own.
 */
export function onInvoke<Args extends readonly string[], Options = object>(
  command: Command,
  { surroundings, onOptions, end }: CommandLine,
  {
    body,
    interrupts = "end",
    isService = false,
  }: {
    readonly body: Body<Args, Options>;
    readonly interrupts?: "end" | "call-off" | "own";
    /** It runs until it is stopped, and traces what it serves rather than itself. */
    readonly isService?: boolean;
  },
): void {
  command.action(async () => {
    const options = mergedOptions(command) as Options & CommonOptions;
    onOptions(options);
    const config = configFor(options, surroundings);
    const invocation = {
      // Commander has checked their number against the command's declaration, which `Args` repeats.
      args: command.args as unknown as Args,
      options,
      config,
      team: options.team ?? null,
      output: createOutput(surroundings, options.json === true),
      surroundings,
    };
    const work = isService
      ? body(invocation)
      : traceCommand({ ...invocation, name: fullName(command) }, () =>
          body(invocation),
        );
    const exitCode =
      interrupts === "own"
        ? await work
        : await untilInterrupted(work, surroundings.signal, {
            tidyMs: interrupts === "call-off" ? tidyMs : 0,
          });
    end(exitCode ?? 0);
  });
}

/** `refill backfill start`. */
export function fullName(command: Command): string {
  const own = command.name();
  return command.parent === null ? own : `${fullName(command.parent)} ${own}`;
}

/** Adds the options that every command takes. On programs and nouns they work, but only the commands' help lists them. */
export function addCommonOptions(
  command: Command,
  { hidden = false }: { readonly hidden?: boolean } = {},
): void {
  const options = [
    new Option("--json", "print the result as JSON on stdout"),
    new Option(
      "--data-dir <dir>",
      "where `refill dev` keeps its state (default: $REFILL_DATA_DIR, else .refill)",
    ),
    new Option(
      "--team <n>",
      "the team meant where a name is ambiguous (default: $REFILL_TEAM)",
    ).argParser(parseTeam),
  ];
  for (const option of options) command.addOption(option.hideHelp(hidden));
}

/** The options of a command and of the names before it; the last one given wins. */
function mergedOptions(command: Command): CommonOptions {
  const lineage = [];
  for (let at: Command | null = command; at !== null; at = at.parent) {
    lineage.unshift(at.opts<CommonOptions>());
  }
  return Object.assign({}, ...lineage) as CommonOptions;
}

function configFor(options: CommonOptions, { env, cwd }: Surroundings): Config {
  const overrides =
    options.dataDir === undefined ? {} : { REFILL_DATA_DIR: options.dataDir };
  return loadConfig({ env: { ...env, ...overrides }, cwd });
}
