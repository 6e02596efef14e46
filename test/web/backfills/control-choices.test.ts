import { describe, expect, test } from "@jest/globals";
import type { BackfillDescription } from "../../../src/contract/objects/backfill-description.js";
import { controlsOf } from "../../../src/web/backfills/control-choices.js";
import { aDescription } from "../../cli/a-description.js";

const offered = (given: Partial<BackfillDescription>) =>
  controlsOf(aDescription(given)).map(({ path }) => path);

const closedAt = { finished_at: "2001-07-02T00:00:00Z" };

describe("what can be asked of a backfill", () => {
  test("an open one is paused, or resumed where it is paused, widened and cancelled", () => {
    expect(offered({})).toEqual(["pause", "concurrency", "cancel"]);
    expect(offered({ paused: true })).toEqual([
      "resume",
      "concurrency",
      "cancel",
    ]);
  });

  test("a closed one is retried where runs are left, and verified", () => {
    const { runs } = aDescription();
    const whole = runs === null ? null : { ...runs, completed: runs.total };
    expect(offered(closedAt)).toEqual(["retry", "verify"]);
    expect(offered({ ...closedAt, runs: whole })).toEqual(["verify"]);
  });

  test("one with runs left takes its export's newer definition, and says for how many runs", () => {
    const edited = { definition_version: 2, export_definition_version: 3 };
    expect(offered(edited)).toContain("repin");
    expect(offered({ ...edited, ...closedAt })).toContain("repin");
    const repin = controlsOf(aDescription(edited)).find(
      ({ path }) => path === "repin",
    );
    expect(repin?.says).toMatch(
      /^The 80 runs .* version 3 .* in place of version 2\./,
    );
  });
});
