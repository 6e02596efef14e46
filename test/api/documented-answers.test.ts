import { expect, test } from "@jest/globals";
import { expectDocumented } from "../integration/api/documented-answers.js";

const verification = {
  id: "0f8fad5b-d9cb-469f-a165-70867728950e",
  backfill: "0f8fad5b-d9cb-469f-a165-70867728950f",
  deep: false,
  status: "Running",
  total_runs: 3,
  checked_runs: 0,
  superseded_runs: 0,
  differing_runs: 0,
  findings_count: 0,
  error: null,
  created_at: "2001-03-01T05:00:00Z",
  finished_at: null,
};
const { deep, ...withoutDeep } = verification;

test.each([
  ["what the document says", verification, true],
  ["a required property left out", withoutDeep, false],
  ["a property that it does not know", { ...verification, colour: 1 }, false],
  ["a status that there is not", { ...verification, status: "On" }, false],
])("an answer is held to the document: %s", (_name, answer, fits) => {
  const hold = () => {
    expectDocumented(
      {
        method: "POST",
        url: "/api/projects/1/batch_exports/flights/backfills/1/verify/",
      },
      { status: 202, text: JSON.stringify(answer) },
    );
  };
  if (fits) expect(hold).not.toThrow();
  else expect(hold).toThrow(/toEqual/);
});
