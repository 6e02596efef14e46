import type { Problem } from "../../contract/objects/problem.js";

/** Thrown by the API's own checks: answered as the problem document that it carries. */
export class HttpProblem extends Error {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    problem: Problem,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem.detail);
    this.problem = problem;
    this.headers = headers;
  }
}
