import {
  type CalendarSpec,
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
  type ScheduleUpdateOptions,
} from "@temporalio/client";
import {
  auditWorkflowType,
  type FireInput,
  fireWorkflowType,
  type LiveInput,
  liveWorkflowId,
  liveWorkflowType,
  type ScheduledExport,
  schedulePrefixes,
  wakeSignalName,
} from "../contract/schedule.js";
import type { HeartbeatSettings } from "../contract/workflow-settings.js";
import type { CalendarTime, FiringTimes } from "../domain/time/firing-times.js";

/** A schedule as Temporal is to have it. */
interface MirroredSchedule {
  readonly id: string;
  readonly exportName: string;
  readonly times: FiringTimes;
  /** Of the export: the audit comes at night there. */
  readonly timezone: string;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly catchUpMs: number;
  readonly isAudited: boolean;
  readonly isPaused: boolean;
  readonly note: string;
}

/** By the schedules' ids: each has one of Temporal's Schedules that fires, and another one where it is audited. */
interface ListedSchedules {
  readonly firing: ReadonlySet<string>;
  readonly audited: ReadonlySet<string>;
}

/** What Refill asks of Temporal's Schedules. Everything may be asked again, and changes nothing then. */
export interface ScheduleGateway {
  /** What the Schedule is called in Temporal. */
  nameOf(id: string): string;
  /** Makes Temporal's Schedules as they are to be, whatever they were. */
  put(schedule: MirroredSchedule): Promise<void>;
  remove(id: string): Promise<void>;
  /** What Temporal has of this installation's schedules, as far as its listing is up to date. */
  list(): Promise<ListedSchedules>;
  /** Fires now, beside the Schedule. Returns once Temporal has it. */
  fire(request: FireInput & { readonly firingId: string }): Promise<void>;
  /** Starts the exporter of a schedule's live runs where none is at work, and tells it that there is work. */
  wake(live: ScheduledExport): Promise<void>;
  /** Starts it where none is at work, and tells nobody anything. */
  startExporter(live: ScheduledExport): Promise<void>;
}

type Within = <T>(call: () => Promise<T>) => Promise<T>;

/** When an audit looks, in the export's zone: at night, and after the hours that clocks skip or repeat. */
const AUDIT_HOUR = 4;
const AUDIT_JITTER_MS = 20 * 60_000;

/** What an audit that was missed is worth: the next one is a day away. */
const AUDIT_CATCH_UP_MS = 12 * 3_600_000;

/** A listing of all schedules of a namespace takes longer than other calls. */
const PAGE_SIZE = 200;

/** The schedules of one installation over a connected client; `within` gives each call its deadline. */
export function createScheduleGateway({
  client,
  taskQueue,
  settings: { heartbeatTimeoutMs },
  within,
}: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly settings: HeartbeatSettings;
  readonly within: Within;
}): ScheduleGateway {
  const prefixes = schedulePrefixes(taskQueue);
  const live = (input: ScheduledExport) => ({
    workflowId: liveWorkflowId(input.scheduleId),
    taskQueue,
    args: [{ ...input, heartbeatTimeoutMs }] as [LiveInput],
    workflowIdConflictPolicy: "USE_EXISTING" as const,
    workflowIdReusePolicy: "ALLOW_DUPLICATE" as const,
    staticSummary: `${input.exportName}: live runs`,
  });
  return {
    nameOf: (id) => prefixes.fire + id,
    put: async (schedule) => {
      await put(client, within, firingOptions(schedule, taskQueue));
      const audit = auditOptions(schedule, taskQueue);
      if (schedule.isAudited) await put(client, within, audit);
      else await remove(client, within, audit.scheduleId);
    },
    remove: async (id) => {
      await remove(client, within, prefixes.fire + id);
      await remove(client, within, prefixes.audit + id);
    },
    list: () => within(() => list(client, prefixes)),
    fire: async ({ firingId, ...input }) => {
      await within(() =>
        client.workflow.start(fireWorkflowType, {
          workflowId: `${prefixes.fire}${input.scheduleId}-trigger-${firingId}`,
          taskQueue,
          args: [input],
          workflowIdConflictPolicy: "USE_EXISTING",
          staticSummary: `${input.exportName}: triggered by hand`,
        }),
      );
    },
    wake: async (input) => {
      await within(() =>
        client.workflow.signalWithStart(liveWorkflowType, {
          ...live(input),
          signal: wakeSignalName,
        }),
      );
    },
    startExporter: async (input) => {
      await within(() => client.workflow.start(liveWorkflowType, live(input)));
    },
  };
}

async function put(
  client: Client,
  within: Within,
  options: ScheduleOptions,
): Promise<void> {
  try {
    await within(() => client.schedule.create(options));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = client.schedule.getHandle(options.scheduleId);
    await within(() =>
      handle.update((previous) => updated(options, previous.state)),
    );
  }
}

/** All of it is replaced, but for what only Temporal counts. */
function updated(
  { spec, action, policies, state }: ScheduleOptions,
  previous: ScheduleUpdateOptions["state"],
): ScheduleUpdateOptions {
  return {
    spec,
    action: action,
    policies: policies ?? {},
    state: { ...previous, ...state },
  };
}

async function remove(
  client: Client,
  within: Within,
  scheduleId: string,
): Promise<void> {
  try {
    await within(() => client.schedule.getHandle(scheduleId).delete());
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

async function list(
  client: Client,
  prefixes: ReturnType<typeof schedulePrefixes>,
): Promise<ListedSchedules> {
  const names: string[] = [];
  for await (const { scheduleId } of client.schedule.list({
    pageSize: PAGE_SIZE,
  })) {
    names.push(scheduleId);
  }
  const idsAfter = (prefix: string) =>
    new Set(
      names
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length)),
    );
  return {
    firing: idsAfter(prefixes.fire),
    audited: idsAfter(prefixes.audit),
  };
}

function firingOptions(
  schedule: MirroredSchedule,
  taskQueue: string,
): ScheduleOptions {
  const { id, exportName, delayMs } = schedule;
  const scheduleId = schedulePrefixes(taskQueue).fire + id;
  const input: FireInput = {
    scheduleId: id,
    exportName,
    delayMs,
    triggeredFor: null,
  };
  return {
    scheduleId,
    spec: { ...specOf(schedule.times), jitter: schedule.jitterMs },
    action: {
      type: "startWorkflow",
      workflowType: fireWorkflowType,
      workflowId: scheduleId,
      taskQueue,
      args: [input],
      staticSummary: `${exportName}: what has closed`,
    },
    policies: {
      // A firing writes to the ledger under a lock, and waits for no export: none has to be skipped, kept or dropped.
      overlap: ScheduleOverlapPolicy.ALLOW_ALL,
      catchupWindow: schedule.catchUpMs,
      pauseOnFailure: false,
    },
    state: { paused: schedule.isPaused, note: schedule.note },
  };
}

function auditOptions(
  { id, exportName, timezone, isPaused, note }: MirroredSchedule,
  taskQueue: string,
): ScheduleOptions {
  const scheduleId = schedulePrefixes(taskQueue).audit + id;
  const input: ScheduledExport = { scheduleId: id, exportName };
  return {
    scheduleId,
    spec: {
      calendars: [{ hour: AUDIT_HOUR }],
      timezone,
      jitter: AUDIT_JITTER_MS,
    },
    action: {
      type: "startWorkflow",
      workflowType: auditWorkflowType,
      workflowId: scheduleId,
      taskQueue,
      args: [input],
      staticSummary: `${exportName}: audit of its coverage`,
    },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: AUDIT_CATCH_UP_MS,
    },
    state: { paused: isPaused, note },
  };
}

function specOf(times: FiringTimes) {
  if (times.kind === "every") return { intervals: [{ every: times.everyMs }] };
  return { calendars: times.times.map(calendarOf), timezone: times.timezone };
}

const weekdays = [
  "MONDAY",
  "TUESDAY",
  "WEDNESDAY",
  "THURSDAY",
  "FRIDAY",
  "SATURDAY",
  "SUNDAY",
] as const;

function calendarOf({ hour, weekday, day }: CalendarTime): CalendarSpec {
  const name = weekday === null ? undefined : weekdays[weekday];
  return {
    hour,
    ...(name === undefined ? {} : { dayOfWeek: name }),
    ...(day === null ? {} : { dayOfMonth: day }),
  };
}
