import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { testCacheDir } from "./servers.js";

/** A process of its own that runs servers: the parent that tests kill. */
export interface ServersProgram {
  readonly process: ChildProcess;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly pids: { readonly postgres: number; readonly temporal: number };
  /** Sends the signal and waits for the program itself to end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts servers under another process, as another OS user where one is given, and waits until they answer. */
export async function startServersProgram({
  dataDir,
  cacheDir = testCacheDir(),
  user,
}: {
  readonly dataDir: string;
  readonly cacheDir?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
}): Promise<ServersProgram> {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "run-servers.mjs"),
      JSON.stringify({ dataDir, cacheDir }),
    ],
    {
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] ?? "", HOME: dataDir },
      ...user,
    },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(() => [""]),
  ])) as string[];
  if (line === undefined || line === "") {
    throw new Error(`Expected the servers to start, they did not: ${said}`);
  }
  return {
    ...(JSON.parse(line) as Omit<ServersProgram, "process" | "end">),
    process: child,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, "exit");
    },
  };
}
