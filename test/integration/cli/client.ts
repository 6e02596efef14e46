import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A build of the client, and the Node that runs it. */
export interface Runtime {
  readonly node: string;
  readonly program: string;
}

const here: Runtime = {
  node: process.execPath,
  program: join(__dirname, "../../../dist/client.js"),
};

export interface ClientEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningClient {
  readonly child: ChildProcess;
  readonly end: Promise<ClientEnd>;
  /** Resolves with all of stdout, or of stderr, once it matches `text`; rejects when the process ends without it. */
  readonly says: (stream: "stdout" | "stderr", text: RegExp) => Promise<string>;
}

export interface OsUser {
  readonly uid: number;
  readonly gid: number;
}

/** Starts the compiled client as an operator would, with an environment that names no servers; as another OS user where one is given. */
export function startClient(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  user?: OsUser,
  { node, program }: Runtime = here,
): RunningClient {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(node, [program, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(user === undefined ? {} : { cwd: "/", ...user }),
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (part: Buffer) => {
      said[name] += part.toString();
    });
  }
  const end = once(child, "close").then(([exitCode]) => ({
    exitCode: exitCode as number | null,
    ...said,
  }));
  return {
    child,
    end,
    says: async (name, text) => {
      while (said[name].search(text) === -1) {
        const isOver = end.then(() => "over" as const);
        if (
          (await Promise.race([once(child[name], "data"), isOver])) === "over"
        ) {
          throw new Error(
            `Expected ${String(text)} on ${name}, got ${JSON.stringify(said)}.`,
          );
        }
      }
      return said[name];
    },
  };
}

/** Runs the compiled client to its end. */
export function runClient(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ClientEnd> {
  return startClient(args, env).end;
}
