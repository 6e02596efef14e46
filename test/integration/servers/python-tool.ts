import { join } from "node:path";

/** A tool of python-tools.mjs, as the set-up of the tests found or made it. */
export interface PythonTool {
  /** Why it can't be had here; null when it is there. */
  readonly whyNot: string | null;
  /** A program of its environment. */
  readonly program: (name: string) => string;
}

/** Known while tests are declared, so that they can be skipped with the reason. */
export function pythonTool(tool: string): PythonTool {
  const tools = JSON.parse(
    process.env["REFILL_TEST_PYTHON_TOOLS"] ?? "{}",
  ) as Readonly<
    Record<string, { readonly folder: string; readonly whyNot: string | null }>
  >;
  const { folder, whyNot } = tools[tool] ?? {
    folder: "",
    whyNot: "jest runs it without the integration tests' set-up",
  };
  return { whyNot, program: (name) => join(folder, "bin", name) };
}
