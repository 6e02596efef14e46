import { eventsDefinition } from "../api-fixture.js";
import type { Subject } from "./subject.js";

/** What the tests can't know of a route by its entry in the document. Most routes have nothing here. */
export interface RouteCase {
  /** A body that would do. */
  readonly body?: (subject: Subject) => object;
  /** What is wrong with a request: its body, or its query. Absent: a property that no body and no query has. */
  readonly wrong?: object | string;
  /** Which conflict there can be: with what code, and how it comes about. The answer is the body that meets it. */
  readonly conflict?: {
    readonly code: string;
    readonly meet: (subject: Subject) => Promise<object>;
  };
  /** There is none without a worker, so that repin.test.ts and worker-asked.test.ts see what it answers. */
  readonly needsPlan?: true;
  /** Whether it is refused while Temporal is away. */
  readonly needsTemporal?: true;
  /** It opens a backfill, of which a team may have so many. What makes it possible but for that. */
  readonly opens?: (subject: Subject) => Promise<unknown>;
}

const colour = { colour: "red" };
const range = { start_at: "2024-03-01", end_at: "2024-03-03" };
const nothing = () => Promise.resolve({});

/** By the operation's id in the OpenAPI document. */
export const routeCases: Readonly<Record<string, RouteCase>> = {
  createExport: {
    body: () => eventsDefinition("another"),
    wrong: { ...eventsDefinition("wrong"), ...colour },
    conflict: {
      code: "EXPORT_NAME_TAKEN",
      meet: ({ name }) => Promise.resolve(eventsDefinition(name)),
    },
  },
  updateExport: {
    body: ({ name }) => eventsDefinition(name),
    wrong: colour,
    conflict: {
      code: "EXPORT_NAME_TAKEN",
      meet: async ({ another }) => eventsDefinition((await another()).name),
    },
  },
  testExport: { needsTemporal: true },
  exportCoverage: { wrong: "start=yesterday" },
  coverageCalendar: { wrong: "cells=0" },
  listBackfills: { wrong: "limit=0" },
  startBackfill: {
    body: () => ({ start_at: "2024-03-05", end_at: "2024-03-06" }),
    wrong: { start_at: "2024-03-01T05:00:00Z" },
    conflict: { code: "RANGE_OVERLAPS", meet: () => Promise.resolve(range) },
    needsTemporal: true,
    opens: nothing,
  },
  planBackfill: {
    body: () => range,
    wrong: { ...range, ...colour },
    conflict: {
      code: "RANGE_OVERLAPS",
      meet: () => Promise.resolve({ ...range, overlap: "trim" }),
    },
    needsTemporal: true,
  },
  cancelBackfill: { wrong: { mode: "gently" } },
  pauseBackfill: { wrong: { reason: "" } },
  setBackfillConcurrency: {
    body: () => ({ concurrency: 2 }),
    wrong: { concurrency: 501 },
  },
  retryBackfill: {
    conflict: {
      code: "RANGE_OVERLAPS",
      meet: async ({ post }) => {
        await post("backfills/{id}/cancel/", { mode: "abort" });
        await post("backfills/", range);
        return {};
      },
    },
    needsTemporal: true,
    opens: ({ post }) => post("backfills/{id}/cancel/", { mode: "abort" }),
  },
  repinBackfill: { wrong: { reason: "" }, needsPlan: true },
  verifyBackfill: {
    wrong: { deep: "very" },
    conflict: { code: "VERIFICATION_RUNNING", meet: nothing },
    needsTemporal: true,
  },
  listRuns: { wrong: "status=ContinuedAsNew" },
  listExportRuns: { wrong: "ordering=status" },
  explainRun: { needsPlan: true },
  backfillThroughput: { wrong: "buckets=0" },
  runCalendar: { wrong: "cells=0" },
  createSchedule: {
    body: () => ({}),
    wrong: { lookback: -1 },
    conflict: { code: "SCHEDULE_EXISTS", meet: nothing },
    needsTemporal: true,
  },
  pauseSchedule: { wrong: { reason: "" } },
  triggerSchedule: { needsTemporal: true },
  listScheduleRuns: { wrong: "limit=many" },
};
