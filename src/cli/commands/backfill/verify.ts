import type { Command } from "commander";
import type { BackfillObject } from "../../../contract/objects/backfill.js";
import type {
  FindingObject,
  VerificationObject,
} from "../../../contract/objects/verification.js";
import {
  cancelVerification,
  closeAbandoned,
  type FindingCursor,
  listFindings,
  readVerification,
  repairBackfill,
  startVerification,
} from "../../../operations/backfills/verify-backfill.js";
import type { OperationContext } from "../../../operations/context.js";
import { findingLine, verificationText } from "../../backfills/verify-view.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  type Invocation,
  onInvoke,
} from "../../invocation.js";
import { backfillArgument } from "../../options/option-values.js";
import { pause, untilInterrupted } from "../../terminal/interruption.js";

interface VerifyOptions {
  readonly deep?: boolean;
  readonly repair?: boolean;
}

type Verify = Invocation<[id: string], VerifyOptions>;

const POLL_MS = 500;

/** Reads without news before Temporal is asked whether anyone still works on it: 10 s. */
const POLLS_BEFORE_ASKING = 20;

/** `refill backfill verify ID`. */
export function addBackfillVerify(parent: Command, line: CommandLine): void {
  const command = parent
    .command("verify")
    .addArgument(backfillArgument())
    .summary("compare what was exported with the source and the destination")
    .description(
      "Looks at every completed run again: the records that the source has now, the objects that are there, their sizes and SHA-256, and objects that no run recorded. Ends with 0 when nothing differs, else with 1. A worker does the work; Ctrl-C cancels it.",
    )
    .option(
      "--deep",
      "also read all rows of both ends, and compare them in any order",
    )
    .option(
      "--repair",
      "start a backfill of the intervals that differ; objects that no run recorded are left alone",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill verify 0f8fad5b-d9cb-469f-a165-70867728950e
  $ refill backfill verify 0f8fad5b-d9cb-469f-a165-70867728950e --deep --repair
  $ refill backfill verify 0f8fad5b-d9cb-469f-a165-70867728950e --json | jq -r '.findings[].key'`,
    );
  addCommonOptions(command);
  onInvoke<[id: string], VerifyOptions>(command, line, {
    interrupts: "own",
    body: run,
  });
}

async function run(invocation: Verify) {
  const { config, options, output } = invocation;
  return withContext({ config }, async (context) => {
    const verification = await verify(context, invocation);
    const repair =
      options.repair === true && verification.status === "Completed"
        ? await repairBackfill(context, verification)
        : null;
    if (output.json) {
      const findings = allFindings(context, verification);
      await output.jsonObject(
        { ...verification, ...(options.repair === true ? { repair } : {}) },
        { name: "findings", items: findings },
      );
    } else {
      await output.text(
        verificationText(verification) + repairText(invocation, repair),
      );
    }
    const isClean =
      verification.status === "Completed" && verification.findings_count === 0;
    return isClean ? 0 : 1;
  });
}

function repairText(
  { options }: Verify,
  repair: BackfillObject | null,
): string {
  if (options.repair !== true) return "";
  return repair === null
    ? "There is nothing that exporting again would repair.\n"
    : `Started backfill ${repair.id} of the intervals that differ. Watch it with:\n  refill backfill watch ${repair.id}\n`;
}

/** Follows a verification to its end, and cancels it on an interrupt. */
async function verify(
  context: OperationContext,
  { args: [id], options, output, surroundings: { signal } }: Verify,
): Promise<VerificationObject> {
  const started = await untilInterrupted(
    startVerification(context, { id, deep: options.deep === true }),
    signal,
  );
  const take = async (finding: FindingObject) => {
    await output.text(`${findingLine(finding)}\n`);
  };
  try {
    return await follow(context, started, {
      take: output.json ? null : take,
      signal,
    });
  } catch (error) {
    if (signal.aborted) await cancelVerification(context, started);
    throw error;
  }
}

async function follow(
  context: OperationContext,
  started: VerificationObject,
  {
    take,
    signal,
  }: {
    /** Gets each finding as it comes; null: nobody wants them yet. */
    readonly take: ((finding: FindingObject) => Promise<void>) | null;
    readonly signal: AbortSignal;
  },
): Promise<VerificationObject> {
  let seen: FindingCursor | undefined;
  let idlePolls = 0;
  let checkedRuns = 0;
  for (;;) {
    // Read before the findings: once it has closed, none comes after them.
    const now = await untilInterrupted(
      readVerification(context, started),
      signal,
    );
    if (take !== null) seen = await takeNew(context, started, { take, seen });
    if (now.status !== "Running") return now;
    idlePolls = now.checked_runs === checkedRuns ? idlePolls + 1 : 0;
    checkedRuns = now.checked_runs;
    if (idlePolls % POLLS_BEFORE_ASKING === POLLS_BEFORE_ASKING - 1) {
      await closeAbandoned(context, now.backfill);
    }
    await pause(POLL_MS, signal);
  }
}

/** Hands on what came since, and says how far it got. */
async function takeNew(
  context: OperationContext,
  started: VerificationObject,
  from: {
    readonly take: (finding: FindingObject) => Promise<void>;
    readonly seen: FindingCursor | undefined;
  },
): Promise<FindingCursor | undefined> {
  let { seen } = from;
  for await (const next of listFindings(context, started, seen)) {
    await from.take(next.finding);
    seen = next.cursor;
  }
  return seen;
}

async function* allFindings(
  context: OperationContext,
  verification: VerificationObject,
): AsyncGenerator<FindingObject> {
  for await (const { finding } of listFindings(context, verification)) {
    yield finding;
  }
}
