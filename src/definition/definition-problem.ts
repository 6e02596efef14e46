import { RefillError } from "../domain/errors.js";

/** What is wrong at one place of a definition. Holds no value that could be a secret. */
export interface DefinitionProblem {
  /** `source.table`; empty for the document itself. */
  readonly path: string;
  /** What was expected and what was got. */
  readonly message: string;
}

/** More than these are in the details only. */
const maxListed = 20;

/** One error for all problems: DEFINITION_INVALID, with every one of them in `details.problems`. */
export function definitionInvalid(
  problems: readonly DefinitionProblem[],
): RefillError {
  const listed = problems
    .slice(0, maxListed)
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
    .join("; ");
  const rest = problems.length - maxListed;
  const more = rest > 0 ? `; and ${rest} more` : "";
  return new RefillError(
    "DEFINITION_INVALID",
    `The batch export definition is not valid: ${listed}${more}.`,
    { details: { problems } },
  );
}
