import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RefillError } from "../../domain/errors.js";

/**
 * The path of a program of this folder that Node can run by itself: beside this file once compiled, in `dist/` when
 * this file runs from its source.
 * @throws RefillError SERVERS_NOT_STARTED when it was not compiled yet
 */
export function compiledProgram(name: string): string {
  const candidates = [
    new URL(`../${name}.js`, import.meta.url),
    new URL(`../../../dist/embedded/${name}.js`, import.meta.url),
  ].map((url) => fileURLToPath(url));
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    throw new RefillError(
      "SERVERS_NOT_STARTED",
      `Expected the compiled program at ${candidates.join(" or ")}, found none: run npm run build.`,
    );
  }
  return found;
}
