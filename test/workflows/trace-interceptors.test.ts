import { expect, test } from "@jest/globals";
import { interceptors } from "../../src/workflows/trace-interceptors.js";

const { inbound, outbound } = interceptors();
const headers = { theirs: { data: new Uint8Array([1]) } };

/** A microtask more, and a workflow could take other steps than on a worker without the interceptors. */
test("a step that is handed on is the very promise of what does it, and no later", () => {
  const done = new Promise<never>(() => undefined);
  const seen: unknown[] = [];
  const next = (input: { readonly headers: unknown }) => {
    seen.push(input.headers);
    return done;
  };
  const answers = [
    inbound?.[0]?.execute?.({ args: [], headers }, next),
    outbound?.[0]?.scheduleActivity?.(
      {
        activityType: "exportRuns",
        seq: 1,
        args: [],
        headers,
        options: { startToCloseTimeout: 1_000 },
      },
      next,
    ),
    outbound?.[0]?.continueAsNew?.(
      { args: [], headers, options: { workflowType: "backfill" } },
      next,
    ),
  ];
  for (const answer of answers) expect(answer).toBe(done);
  expect(seen).toEqual([headers, headers, headers]);
});
