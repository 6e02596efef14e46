import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@jest/globals";
import type { FileObject } from "../../../src/contract/objects/run.js";
import type { RunStatus } from "../../../src/domain/backfills/status.js";
import type { Installation } from "../backfill/installation.js";

export interface LedgerRun {
  readonly ordinal: number;
  readonly start: string;
  readonly end: string;
  readonly status: RunStatus;
  readonly attempt: number;
  readonly claimed_by: string | null;
  readonly latest_error: { readonly code: string } | null;
  readonly records: number | null;
  readonly files: readonly FileObject[] | null;
}

/** The runs of a backfill as the ledger has them, in the order of export. */
export async function ledgerOf(
  { pool }: Pick<Installation, "pool">,
  backfillId: string,
): Promise<readonly LedgerRun[]> {
  const { rows } = await pool.query<LedgerRun>(
    `select ordinal, data_interval_start as start, data_interval_end as end, status, attempt, claimed_by, latest_error,
       records_completed::integer as records, files
     from refill.run where backfill_id = $1 order by ordinal`,
    [backfillId],
  );
  return rows;
}

/** The runs that some worker is at work on. */
export async function runsAtWork(
  refill: Pick<Installation, "pool">,
  backfillId: string,
): Promise<readonly LedgerRun[]> {
  const runs = await ledgerOf(refill, backfillId);
  return runs.filter((run) => run.status === "Running");
}

/**
 * Holds the files of an export, the ledger of its one backfill and the table of events against each other: every
 * interval has one file with exactly its rows, as the ledger describes it, and there is no other file.
 */
export async function expectExactFiles(
  refill: Pick<Installation, "pool" | "filesRoot">,
  { id, folder = "events" }: { readonly id: string; readonly folder?: string },
): Promise<void> {
  const root = join(refill.filesRoot, folder);
  const runs = await ledgerOf(refill, id);
  const keys = runs.flatMap((run) => (run.files ?? []).map(({ key }) => key));
  expect((await readdir(root)).sort()).toEqual([...keys].sort());
  expect(new Set(keys).size).toBe(runs.length);
  for (const run of runs) {
    const [file] = run.files ?? [];
    const bytes = await readFile(join(root, file?.key ?? "missing"));
    const ids = await idsBetween(refill, run);
    expect(idsIn(bytes)).toEqual(ids);
    expect(run).toMatchObject({
      status: "Completed",
      records: ids.length,
      latest_error: null,
      files: [
        {
          bytes: bytes.byteLength,
          records: ids.length,
          sha256: createHash("sha256").update(bytes).digest("hex"),
        },
      ],
    });
  }
}

function idsIn(jsonLines: Buffer): readonly number[] {
  return jsonLines
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { readonly id: number }).id)
    .sort((a, b) => a - b);
}

async function idsBetween(
  { pool }: Pick<Installation, "pool">,
  { start, end }: LedgerRun,
): Promise<readonly number[]> {
  const { rows } = await pool.query<{ id: number }>(
    `select id::integer as id from public.events where at >= $1 and at < $2 order by id`,
    [start, end],
  );
  return rows.map((row) => row.id);
}
