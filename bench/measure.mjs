import { readdir, readFile } from "node:fs/promises";

/** Milliseconds that a piece of work took. */
export async function timeMs(work) {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

export function median(values) {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.floor(ascending.length / 2)];
}

/** Events in the histories of all Temporal runs of a backfill's workflow, and how many runs there were. */
export async function countEvents(installation, backfillId) {
  let events = 0;
  let executions = 0;
  const query = `WorkflowId = 'backfill-${backfillId}-1'`;
  for await (const found of installation.temporal.workflow.list({ query })) {
    events += found.historyLength;
    executions += 1;
  }
  return { events, executions };
}

/** What this process has cost since it began: CPU seconds, and the peak of resident memory. */
export async function ownCosts() {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, peakMb: await peakMbOf("self") };
}

/** Follows the resident memory of the worker below a `refill dev`. */
export async function workerPeakMb(devPid) {
  const peaks = [];
  for (const pid of await childrenOf(devPid)) {
    const command = await read(`/proc/${pid}/cmdline`);
    if (!command.includes("worker")) continue;
    const peak = await peakMbOf(pid);
    if (!Number.isNaN(peak)) peaks.push(peak);
  }
  return Math.max(...peaks);
}

/** The resident memory of a process now. Linux tells it in VmRSS; NaN where the system, or the process, is another. */
export async function residentMb(pid) {
  const status = await read(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1_024;
}

/** Linux tells it in VmHWM; NaN where the system, or the process, is another. */
async function peakMbOf(pid) {
  const status = await read(`/proc/${pid}/status`);
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1_024;
}

async function childrenOf(parent) {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const children = [];
  for (const pid of pids) {
    const status = await read(`/proc/${pid}/status`);
    if (new RegExp(`^PPid:\\s+${parent}$`, "m").test(status))
      children.push(pid);
  }
  return children;
}

function read(path) {
  return readFile(path, "utf8").catch(() => "");
}
