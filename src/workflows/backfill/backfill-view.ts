import { defineSearchAttributeKey } from "@temporalio/common";
import {
  setCurrentDetails,
  upsertSearchAttributes,
} from "@temporalio/workflow";
import type {
  BackfillClosing,
  LedgerSummary,
} from "../../contract/activities.js";
import type { BackfillInput } from "../../contract/backfill-workflow.js";
import type { Control } from "../../contract/control.js";
import { searchAttributes } from "../../contract/search-attributes.js";

const statusKey = defineSearchAttributeKey(
  searchAttributes.status.name,
  searchAttributes.status.type,
);

/** What Temporal's Web UI shows of a backfill: current details as a table, and the status to filter by. */
export class BackfillView {
  /** As last told by an activity; null before the first answer. */
  ledger: LedgerSummary | null = null;
  readonly #input: BackfillInput;
  #control: Control | null = null;
  #pass = 1;

  constructor(input: BackfillInput) {
    this.#input = input;
  }

  show(ledger: LedgerSummary): void {
    this.ledger = ledger;
    this.#render(this.#openStatus());
  }

  /** Shows what a queued backfill waits for, before there is anything else to show. */
  queue(waitsFor: readonly string[]): void {
    const items = waitsFor.map((id) => `- backfill \`${id}\``).join("\n");
    setCurrentDetails(
      `### ${this.#input.exportName}: Starting, queued\n\nIt overlaps, and waits for:\n\n${items}`,
    );
  }

  /** Shows what is asked of the backfill. */
  ask(control: Control): void {
    this.#control = control;
    this.#render(this.#openStatus());
  }

  startPass(pass: number): void {
    this.#pass = pass;
  }

  /** Adds what a batch finished, so that the table moves between two looks at the ledger. */
  add(step: {
    readonly completed: number;
    readonly failed: number;
    readonly records: string;
  }): void {
    if (this.ledger === null) return;
    this.ledger = {
      ...this.ledger,
      openRuns: this.ledger.openRuns - step.completed - step.failed,
      completedRuns: this.ledger.completedRuns + step.completed,
      failedRuns: this.ledger.failedRuns + step.failed,
      records: String(BigInt(this.ledger.records) + BigInt(step.records)),
    };
    this.#render(this.#openStatus());
  }

  close(closing: BackfillClosing): void {
    this.ledger = closing.ledger;
    this.#render(closing.status);
    if (this.#input.searchAttributes) {
      upsertSearchAttributes([{ key: statusKey, value: closing.status }]);
    }
  }

  #render(status: string): void {
    const ledger = this.ledger;
    if (ledger === null) return;
    const rows: readonly (readonly [string, string])[] = [
      [
        "runs finished",
        `${grouped(ledger.completedRuns + ledger.failedRuns)} of ${grouped(ledger.totalRuns)}`,
      ],
      ["without data", grouped(ledger.emptyRuns)],
      ["failed", grouped(ledger.failedRuns)],
      ["open", grouped(ledger.openRuns)],
      ["records", grouped(ledger.records)],
      ["runs in flight at most", grouped(this.#control?.concurrency ?? 0)],
      ["pass over the open runs", grouped(this.#pass)],
      ["generation, execution", this.#execution()],
    ];
    setCurrentDetails(
      [
        `### ${this.#input.exportName}: ${status}`,
        "",
        "| | |",
        "| --- | ---: |",
        ...rows.map(([name, value]) => `| ${name} | ${value} |`),
      ].join("\n"),
    );
  }

  /** `Running`, or `Running (paused: 5 runs in a row failed with SOURCE_FORBIDDEN)`. */
  #openStatus(): string {
    const { cancel, pause } = this.#control ?? { cancel: null, pause: null };
    if (cancel !== null) return `Running (ends: ${cancel})`;
    if (pause === null) return "Running";
    return pause.reason === null
      ? "Running (paused)"
      : `Running (paused: ${pause.reason})`;
  }

  #execution(): string {
    const { generation, executionIndex } = this.#input;
    return `${String(generation)}, ${String(executionIndex)}`;
  }
}

/** Digits in groups of three: `3,000,000`. */
function grouped(count: number | string): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
