import { readFile, readdir } from "node:fs/promises";

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

/** The peak of this process's resident memory; NaN where the system doesn't tell. */
export async function peakMb() {
  const status = await read("/proc/self/status");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1_024;
}

/** Follows the resident memory of the worker below a `refill dev`; Linux tells its peak in VmHWM. */
export async function workerPeakMb(devPid) {
  const peaks = [];
  for (const pid of await childrenOf(devPid)) {
    const command = await read(`/proc/${pid}/cmdline`);
    if (!command.includes("worker")) continue;
    const peak = /VmHWM:\s+(\d+) kB/.exec(await read(`/proc/${pid}/status`));
    if (peak !== null) peaks.push(Number(peak[1]) / 1024);
  }
  return Math.max(...peaks);
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
