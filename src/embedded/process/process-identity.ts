import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that can be told from a later one with the same number. `startedAt` is opaque: compare it, nothing else. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** The identity of a running process; null when there is none (a zombie counts as none: it holds nothing any more). */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const startedAt =
    process.platform === "linux" ? startedAtFromProc(pid) : startedAtByPs(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Whether this very process still runs, and not another one that got its number since. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

/** The identity of the process this code runs in. */
export function ownIdentity(): ProcessIdentity {
  return identifyProcess(process.pid) ?? { pid: process.pid, startedAt: "" };
}

/** proc(5): the state is the field after the name in brackets, the start time in clock ticks is 19 fields further. */
function startedAtFromProc(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const startTicks = fields[19];
  if (startTicks === undefined || state === "Z" || state === "X") return null;
  return `${startTicks}@${readOrNull("/proc/sys/kernel/random/boot_id")?.trim() ?? ""}`;
}

function startedAtByPs(pid: number): string | null {
  const ps = spawnSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
  });
  const [state, ...started] = ps.stdout.trim().split(/\s+/);
  if (state === undefined || state === "" || state.startsWith("Z")) return null;
  return started.join(" ");
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
