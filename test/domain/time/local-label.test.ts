import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  floorToInterval,
  nextBoundary,
} from "../../../src/domain/time/boundary.js";
import { localLabel } from "../../../src/domain/time/local-label.js";
import { day, intervalSpecs, specOf, zonedInstants } from "../zones.js";

const newYork = { timezone: "America/New_York" };

test.each([
  [day("America/New_York"), "2001-03-01T05:00:00Z", "2001-03-01"],
  [day("America/New_York", 5), "2001-03-01T10:00:00Z", "2001-03-01 05:00"],
  [day("America/Sao_Paulo"), "2001-10-14T03:00:00Z", "2001-10-14"],
  [day("Pacific/Apia"), "2011-12-30T10:00:00Z", "2011-12-31"],
  [specOf({ interval: "week" }), "2001-02-26T00:00:00Z", "2001-02-26"],
  [
    specOf({ interval: "week", offset: "sun 02:00" }),
    "2001-02-25T02:00:00Z",
    "2001-02-25 02:00",
  ],
  [
    specOf({ interval: "month", ...newYork }),
    "2001-03-01T05:00:00Z",
    "2001-03",
  ],
  [
    specOf({ interval: "month", offset: "15" }),
    "2001-03-15T00:00:00Z",
    "2001-03-15",
  ],
  [
    specOf({ interval: "month", offset: "1 03:00" }),
    "2001-03-01T03:00:00Z",
    "2001-03-01 03:00",
  ],
  [
    specOf({ interval: "hour", ...newYork }),
    "2001-10-28T05:00:00Z",
    "2001-10-28 01:00",
  ],
  [
    specOf({ interval: "hour", ...newYork }),
    "2001-10-28T06:00:00Z",
    "2001-10-28 01:00 -05:00",
  ],
])("%j from %s is labelled %s", (spec, startAt, label) => {
  expect(localLabel(spec, Date.parse(startAt))).toBe(label);
});

test("intervals that follow each other have different labels", () => {
  const specsAndInstants = zonedInstants.chain(({ zone, instantMs }) =>
    fc.record({ spec: intervalSpecs(zone), instantMs: fc.constant(instantMs) }),
  );
  fc.assert(
    fc.property(specsAndInstants, ({ spec, instantMs }) => {
      const startMs = floorToInterval(spec, instantMs);
      const nextMs = nextBoundary(spec, instantMs);
      expect(localLabel(spec, startMs)).not.toBe(localLabel(spec, nextMs));
    }),
    { numRuns: 300 },
  );
});
