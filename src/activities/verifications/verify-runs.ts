import { Context } from "@temporalio/activity";
import type { Finding } from "../../contract/objects/verification.js";
import type { VerifyInput } from "../../contract/verification.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import {
  advanceVerification,
  insertFindings,
  listRunsToVerify,
  type RunFindings,
  type RunToVerify,
} from "../../store/verifications/verification-rows.js";
import type { ActivityDependencies } from "../dependencies.js";
import { heartbeating } from "../heartbeat.js";
import { checkFiles } from "./check-files.js";
import { compareRows } from "./compare-rows.js";
import { countNow } from "./count-now.js";
import { findExtra } from "./extra-objects.js";
import {
  isOver,
  openVerification,
  type VerificationSession,
} from "./verification-session.js";

/** Runs read, counted and listed for at a time. */
const PAGE_RUNS = 500;

/** What was looked at is written down at least this often: it is what a watcher sees, and what a lost worker costs. */
const WRITE_EVERY_MS = 1_000;

/** No page is begun later than this into an activity. */
const BEGIN_LIMIT_MS = 20_000;

/**
 * Looks at completed runs in the order of export, from where the verification stands. What differs is a finding; only
 * what keeps it from looking is an error.
 */
export function verifyRuns(
  dependencies: ActivityDependencies,
  { verificationId }: Pick<VerifyInput, "verificationId">,
): Promise<{ readonly done: boolean }> {
  return heartbeating(async () => {
    const signal = Context.current().cancellationSignal;
    const session = await openVerification(
      dependencies,
      verificationId,
      signal,
    );
    try {
      return await work(session);
    } catch (error) {
      throw await session.withoutSecrets(error);
    } finally {
      await session.close();
    }
  });
}

async function work(
  session: VerificationSession,
): Promise<{ readonly done: boolean }> {
  const { dependencies, verification } = session;
  const untilMs = dependencies.nowMs() + BEGIN_LIMIT_MS;
  let after = verification.checked_through;
  while (dependencies.nowMs() < untilMs && !dependencies.stopping.aborted) {
    const runs = await listRunsToVerify(dependencies.pool, {
      backfillId: verification.backfill_id,
      after,
      limit: PAGE_RUNS,
    });
    const last = runs.at(-1);
    if (last === undefined) return { done: true };
    await verifyPage(session, after, runs);
    after = last.ordinal;
  }
  return { done: false };
}

async function verifyPage(
  session: VerificationSession,
  after: number,
  runs: readonly RunToVerify[],
): Promise<void> {
  const { nowMs } = session.dependencies;
  const atOnce = await lookAtOnce(session, runs);
  let written = new Step(after);
  let sinceMs = nowMs();
  for (const run of runs) {
    session.signal.throwIfAborted();
    written.add(
      run,
      run.is_superseded
        ? []
        : [
            ...countFindings(run, atOnce.counts.get(run.ordinal)),
            ...(await objectFindings(session, run)),
            ...(atOnce.extra.get(run.ordinal) ?? []),
          ],
    );
    if (nowMs() - sinceMs < WRITE_EVERY_MS) continue;
    await written.write(session);
    written = new Step(run.ordinal);
    sinceMs = nowMs();
  }
  await written.write(session);
}

/** What is learned of all runs of a page at once, by ordinal: those of one definition together. */
async function lookAtOnce(
  session: VerificationSession,
  runs: readonly RunToVerify[],
): Promise<{
  readonly counts: ReadonlyMap<number, number>;
  readonly extra: ReadonlyMap<number, readonly Finding[]>;
}> {
  const counts = new Map<number, number>();
  const extra = new Map<number, readonly Finding[]>();
  const looked = runs.filter((run) => !run.is_superseded);
  for (const version of new Set(looked.map((run) => run.definition_version))) {
    const pinned = await session.under(version);
    const alike = looked.filter((run) => run.definition_version === version);
    addAll(counts, await countNow(pinned, alike));
    addAll(extra, await findExtra(pinned, alike));
  }
  return { counts, extra };
}

function addAll<T>(to: Map<number, T>, from: ReadonlyMap<number, T>): void {
  for (const [ordinal, value] of from) to.set(ordinal, value);
}

function countFindings(
  { records }: RunToVerify,
  now: number | undefined,
): readonly Finding[] {
  if (now === undefined || now === records) return [];
  return [
    {
      kind: "count",
      key: null,
      expected: { records },
      actual: { records: now },
    },
  ];
}

/** The rows are compared where the objects are as they were recorded: otherwise that they differ is known. */
async function objectFindings(
  session: VerificationSession,
  run: RunToVerify,
): Promise<readonly Finding[]> {
  const pinned = await session.under(run.definition_version);
  const findings = await checkFiles(pinned, run);
  if (!session.verification.deep || findings.length > 0) return findings;
  return compareRows(pinned, run);
}

/** What was looked at and is not written down yet. */
class Step {
  readonly #from: number;
  readonly #differing: RunFindings[] = [];
  #through: number;
  #checked = 0;
  #superseded = 0;

  constructor(from: number) {
    this.#from = from;
    this.#through = from;
  }

  add(run: RunToVerify, findings: readonly Finding[]): void {
    this.#through = run.ordinal;
    this.#checked += 1;
    if (run.is_superseded) this.#superseded += 1;
    if (findings.length > 0) {
      this.#differing.push({ ordinal: run.ordinal, findings });
    }
  }

  async write({
    dependencies,
    verification: { id },
  }: VerificationSession): Promise<void> {
    if (this.#checked === 0) return;
    await inTransaction(dependencies.pool, async (client) => {
      const isOurs = await advanceVerification(client, {
        id,
        from: this.#from,
        through: this.#through,
        checked: this.#checked,
        superseded: this.#superseded,
        differing: this.#differing.length,
        findings: this.#differing.reduce(
          (sum, { findings }) => sum + findings.length,
          0,
        ),
      });
      if (!isOurs) throw isOver(id);
      await insertFindings(client, id, this.#differing);
    });
  }
}
