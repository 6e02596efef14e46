import { nearestName } from "../domain/nearest-name.js";
import type { Environment } from "./environment.js";

/** Names that begin like Refill's own and are not settings. */
const foreignNames = [
  /^REFILL_TEST_/, // the test suite's own
  /_SERVICE_(HOST|PORT)/, // what Kubernetes sets for a service whose name begins with refill
  /_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/,
];

/** Variables that look like settings and are none: a misspelt one would leave its default in force without a word. */
export function unknownNames(
  env: Environment,
  options: {
    readonly known: readonly string[];
    readonly secretPrefix: string;
  },
): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith("REFILL_"))
    .filter((name) => !options.known.includes(name))
    .filter((name) => !name.startsWith("REFILL_SECRET_"))
    .filter((name) => !name.startsWith(options.secretPrefix))
    .filter((name) => !foreignNames.some((pattern) => pattern.test(name)))
    .map((name) => describe(name, options.known));
}

function describe(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  const advice = near === null ? "unset it" : `did you mean ${near}?`;
  return `${name}: there is no such setting; ${advice}`;
}
