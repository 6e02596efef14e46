/** What is untrue, the constraint that refuses it, what is allowed before it, and the statement that is refused. */
export type Untruth = readonly [
  what: string,
  constraint: string,
  before: string,
  refused: string,
];
