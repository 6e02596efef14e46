import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { bundleWorkflowCode, Worker } from "@temporalio/worker";
import { DeterminismViolationError } from "@temporalio/workflow";
import { backfillWorkflowType } from "../../src/contract/backfill-workflow.js";
import { traceHeaderName } from "../../src/contract/trace-context.js";
import { installRuntime } from "../../src/worker/install-runtime.js";
import { makeWorkflowBundle } from "../../src/worker/workflow-bundle.js";
import {
  type HistoryJson,
  recordedHistories,
  type RecordedHistory,
} from "./recorded-histories.js";

const histories = recordedHistories();
let code: string;

beforeAll(async () => {
  installRuntime(() => undefined);
  ({ code } = await makeWorkflowBundle());
});

/** Runs the workflow's code against what it once did. */
function replay(history: HistoryJson, workflows = code): Promise<void> {
  return Worker.runReplayHistory(
    { workflowBundle: { code: workflows } },
    history,
  );
}

function historyOf(name: string): HistoryJson {
  const found = histories.find((recorded) => recorded.name.endsWith(name));
  if (found === undefined) throw new Error(`Expected a history ${name}`);
  return found.history;
}

describe("the workflows do again what they did when it was recorded", () => {
  test.each(histories.map(({ name, history }) => [name, history] as const))(
    "%s",
    async (_name, history) => {
      await replay(history);
    },
  );
});

describe("tracing changes no step of a workflow", () => {
  let plain: string;

  beforeAll(async () => {
    const workflowsPath = join(__dirname, "../../src/workflows/index.ts");
    ({ code: plain } = await bundleWorkflowCode({ workflowsPath }));
  });

  test.each(histories.map(({ name, history }) => [name, history] as const))(
    "%s: as on a worker before it, and with a trace, on a worker that knows it and on one that does not",
    async (_name, history) => {
      await replay(history, plain);
      await replay(startedInTrace(history));
      await replay(startedInTrace(history), plain);
    },
  );
});

describe("what was recorded", () => {
  test("covers every activity, and every way in which a workflow ends", () => {
    const types = new Set(histories.flatMap(activityTypes));
    expect([...types].sort()).toEqual([
      "auditSchedule",
      "backfillsAhead",
      "beginBackfill",
      "countRuns",
      "exportLiveRuns",
      "exportRuns",
      "finishBackfill",
      "finishVerification",
      "nextBatches",
      "nextLiveRuns",
      "previewPlan",
      "readSettings",
      "reconcileBackfills",
      "recordFiring",
      "testExport",
      "verifyRuns",
      "writeContinuedAsNew",
      "writePlan",
    ]);
    const ends = new Set(
      histories.map(({ history }) => history.events.at(-1)?.eventType),
    );
    expect([...ends].sort()).toEqual(
      ["CANCELED", "COMPLETED", "CONTINUED_AS_NEW", "FAILED"].map(
        (end) => `EVENT_TYPE_WORKFLOW_EXECUTION_${end}`,
      ),
    );
  });

  test("is of backfills that wrote their last status themselves, however they ended", () => {
    const ended = histories.filter(
      ({ history }) =>
        workflowTypeOf(history) === backfillWorkflowType &&
        history.events.at(-1)?.eventType !==
          "EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
    );
    expect(ended.length).toBeGreaterThan(10);
    const silent = ended.filter(
      (recorded) => activityTypes(recorded).at(-1) !== "finishBackfill",
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test("says which checks Temporal's core is to make: without them it lets another activity pass", () => {
    const without = histories.filter(
      ({ history }) => !/"coreUsedFlags":\[\d/.test(JSON.stringify(history)),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

describe("a workflow that does something else is found out", () => {
  test.each(["beginBackfill", "writePlan", "nextBatches", "finishBackfill"])(
    "when it calls another activity than %s",
    async (activity) => {
      const other = code.replaceAll(activity, `${activity}Anew`);
      await expect(replay(historyOf("/completed"), other)).rejects.toThrow(
        DeterminismViolationError,
      );
    },
  );

  test("when it leaves out a step", async () => {
    const history = historyOf("/continued-1");
    const other = code.replaceAll(
      /await activities\.ledger\.writeContinuedAsNew\(/g,
      "(",
    );
    expect(other).not.toBe(code);
    await expect(replay(history, other)).rejects.toThrow(
      DeterminismViolationError,
    );
  });

  test("when it no longer waits before another attempt", async () => {
    const other = code.replaceAll(
      /\(0, ?[\w$.]{1,80}condition\)\(isReplaced, ?timer\.ms\)/g,
      "false",
    );
    expect(other).not.toBe(code);
    await expect(replay(historyOf("/second-pass"), other)).rejects.toThrow(
      DeterminismViolationError,
    );
  });
});

/** The same history, had the client that started it been traced. */
function startedInTrace({ events }: HistoryJson): HistoryJson {
  const key = "workflowExecutionStartedEventAttributes";
  const [first, ...rest] = events;
  if (first === undefined) throw new Error("Expected a first event");
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const payload = {
    metadata: { encoding: base64("json/plain") },
    data: base64(JSON.stringify({ traceparent })),
  };
  const started = {
    ...(first[key] as object),
    header: { fields: { [traceHeaderName]: payload } },
  };
  return { events: [{ ...first, [key]: started }, ...rest] };
}

function workflowTypeOf(history: HistoryJson): string | undefined {
  const started = history.events[0]?.[
    "workflowExecutionStartedEventAttributes"
  ] as { readonly workflowType: { readonly name: string } } | undefined;
  return started?.workflowType.name;
}

function activityTypes({ history }: RecordedHistory): readonly string[] {
  return history.events.flatMap((event) => {
    const scheduled = event["activityTaskScheduledEventAttributes"] as
      { readonly activityType: { readonly name: string } } | undefined;
    return scheduled === undefined ? [] : [scheduled.activityType.name];
  });
}
