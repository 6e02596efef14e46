import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type {
  WorkerRequestInput,
  WorkerRequestType,
} from "../../../src/contract/worker-requests.js";
import { resolveExport } from "../../../src/operations/exports/resolve-export.js";
import { testExport } from "../../../src/operations/exports/test-export.js";
import { pinOf } from "../../../src/operations/plans/ask-for-plan.js";
import {
  createEventsExport,
  type Installation,
  until,
} from "../../integration/backfill/installation.js";
import { keepHistory, removeUnreleased } from "../recorded-histories.js";
import { install, source } from "./recording.js";

let refill: Installation;

beforeAll(async () => {
  removeUnreleased("request");
  refill = await install();
  await createEventsExport(refill.context);
  await createEventsExport(refill.context, {
    name: "nowhere",
    source: { ...source, table: "public.nowhere" },
  });
  refill.startWorker();
  const { signal } = new AbortController();
  const reference = { export: "events", team: null };
  // Until the worker is up, a request is answered with NO_WORKER.
  await until(() =>
    testExport(refill.context, reference, signal).catch(() => null),
  );
});

afterAll(() => refill.remove());

async function pin(name: string) {
  const reference = { export: name, team: null };
  return pinOf(await resolveExport(refill.context, reference));
}

/** Asks as a client does, and keeps the history of the workflow that answered, or failed to. */
async function recordRequest<Type extends WorkerRequestType>(
  name: string,
  type: Type,
  input: WorkerRequestInput<Type>,
): Promise<boolean> {
  const workflowId = randomUUID();
  const gateway = await refill.context.temporal();
  const { signal } = new AbortController();
  const answered = await gateway
    .ask({ type, workflowId, input, summary: name }, signal)
    .then(
      () => true,
      () => false,
    );
  const handle = refill.temporal.workflow.getHandle(workflowId);
  keepHistory(`request/${name}`, await handle.fetchHistory());
  return answered;
}

const march = { start: "2024-03-01T00:00:00Z", end: "2024-04-01T00:00:00Z" };

describe("a request to a worker", () => {
  test("for a plan", async () => {
    const input = {
      ...(await pin("events")),
      ...march,
      order: "oldest" as const,
      only: "all",
      overlap: "refuse" as const,
      shownRuns: 2,
    };
    expect(await recordRequest("plan", "previewPlan", input)).toBe(true);
  });

  test("for the first runs of a range", async () => {
    const pinned = await pin("events");
    const page = { ...pinned, ...march, only: "all", limit: 3, counted: true };
    expect(await recordRequest("count", "countRuns", page)).toBe(true);
  });

  test("for a test of an export", async () => {
    const input = await pin("events");
    expect(await recordRequest("test", "testExport", input)).toBe(true);
  });

  test("whose answer is an error", async () => {
    const input = await pin("nowhere");
    expect(await recordRequest("refused", "testExport", input)).toBe(false);
  });
});
