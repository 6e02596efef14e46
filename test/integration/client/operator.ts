import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { taskQueuesOf } from "../../../src/contract/task-queues.js";
import {
  createInstallation,
  type Installation,
  type InstallationOptions,
  until,
} from "../backfill/installation.js";
import {
  type ClientEnd,
  runClient,
  type RunningClient,
  startClient,
} from "../cli/client.js";
import { startWorkerProgram, type WorkerProgram } from "./worker-program.js";

type Environment = Readonly<Record<string, string>>;

interface JsonEnd {
  readonly exitCode: number | null;
  /** All of stdout, which is one JSON document. */
  readonly document: unknown;
  readonly stderr: string;
}

/** The published object, as far as tests read it. */
export interface Backfill {
  readonly id: string;
  readonly status: string;
}

/** Someone at a shell, with a Refill of a test file's own: everything goes through the compiled programs. */
export interface Operator {
  readonly refill: Installation;
  readonly start: (args: readonly string[], env?: Environment) => RunningClient;
  readonly run: (
    args: readonly string[],
    env?: Environment,
  ) => Promise<ClientEnd>;
  /** Runs a command with `--json`. */
  readonly json: (
    args: readonly string[],
    env?: Environment,
  ) => Promise<JsonEnd>;
  /** `backfill start` with these arguments; it must be accepted. */
  readonly started: (...args: readonly string[]) => Promise<Backfill>;
  /** `backfill watch` to the end; answers the last line, the closed object. */
  readonly closed: (id: string) => Promise<Backfill>;
  /** Starts a worker, which ends with the test file if not before. */
  readonly startWorker: (env?: Environment) => WorkerProgram;
  /** Resolves once a worker takes work: a request waits for that for no more than 10 s. */
  readonly takesWork: (worker: WorkerProgram) => Promise<void>;
  /** Writes a definition file, JSON, which is YAML too. */
  readonly definitionFile: (definition: object) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function createOperator(
  options: InstallationOptions = {},
): Promise<Operator> {
  const refill = await createInstallation(options);
  const workers = new Set<WorkerProgram>();
  let files = 0;
  const run: Operator["run"] = (args, env) =>
    runClient(args, { ...refill.env, ...env });
  const json: Operator["json"] = async (args, env) => {
    const { stdout, ...end } = await run([...args, "--json"], env);
    return { ...end, document: parsed(stdout) };
  };
  return {
    refill,
    run,
    json,
    start: (args, env) => startClient(args, { ...refill.env, ...env }),
    started: async (...args) => {
      const end = await json(["backfill", "start", ...args]);
      if (end.exitCode === 0) return end.document as Backfill;
      throw new Error(
        `Expected a start, got ${JSON.stringify(end.document)} ${end.stderr}`,
      );
    },
    closed: async (id) => {
      const { stdout } = await run(["backfill", "watch", id, "--json"]);
      return parsed(stdout.trimEnd().split("\n").at(-1) ?? "") as Backfill;
    },
    startWorker: (env) => {
      const worker = startWorkerProgram({ ...refill.env, ...env });
      workers.add(worker);
      return worker;
    },
    takesWork: (worker) => untilPolling(refill, worker),
    definitionFile: async (definition) => {
      files += 1;
      const path = join(refill.filesRoot, `definition-${files}.yaml`);
      await writeFile(path, JSON.stringify(definition));
      return path;
    },
    remove: async () => {
      await Promise.all([...workers].map((worker) => worker.stop()));
      await refill.remove();
    },
  };
}

/** Temporal names whoever asks for work from a queue; a worker asks all of its queues at once. */
async function untilPolling(
  { temporal, config }: Installation,
  { pid }: WorkerProgram,
): Promise<void> {
  await until(async () => {
    const { pollers } = await temporal.workflowService.describeTaskQueue({
      namespace: "default",
      taskQueue: { name: taskQueuesOf(config.taskQueue).workflows },
    });
    const polls = pollers.some(({ identity }) =>
      identity?.includes(` ${pid ?? "none"}@`),
    );
    return polls ? true : null;
  });
}

function parsed(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`Expected one JSON document, got ${stdout}`);
  }
}
