import { runCommandLine } from "../../../src/cli/program.js";
import type { Surroundings } from "../../../src/cli/terminal/surroundings.js";
import { capturedSurroundings } from "../../cli/captured.js";
import type { Installation } from "../backfill/installation.js";

export interface TypedEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line as typed, run in this process on an installation's servers: where no process of its own is needed. */
export async function typed(
  { env }: Pick<Installation, "env">,
  args: readonly string[],
  given: Partial<Surroundings> = {},
): Promise<TypedEnd> {
  const { surroundings, stdout, stderr } = capturedSurroundings({
    ...given,
    env: { ...env, ...given.env },
  });
  const exitCode = await runCommandLine(args, surroundings);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

/** The same with `--json`: whatever comes of it, stdout must be one JSON document. */
export async function typedJson(
  refill: Pick<Installation, "env">,
  args: readonly string[],
  given: Partial<Surroundings> = {},
): Promise<{
  readonly exitCode: number;
  readonly document: unknown;
  readonly stderr: string;
}> {
  const end = await typed(refill, [...args, "--json"], given);
  const { exitCode, stdout, stderr } = end;
  try {
    return { exitCode, document: JSON.parse(stdout) as unknown, stderr };
  } catch {
    throw new Error(`Expected one JSON document, got ${JSON.stringify(end)}`);
  }
}
