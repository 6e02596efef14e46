import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type KeyVariable,
  keyVariables,
  renderKey,
} from "../../../src/domain/keys/key-template.js";
import { keyUniquenessProblem } from "../../../src/domain/keys/key-uniqueness.js";
import { floorToInterval } from "../../../src/domain/time/boundary.js";
import { parseInterval } from "../../../src/domain/time/interval.js";
import { intervalsOf } from "../../../src/domain/time/split.js";

interface IntervalText {
  readonly interval: string;
  readonly timezone?: string;
  readonly offset?: string;
}

function specOf(text: IntervalText) {
  const parsed = parseInterval(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

function problemOf(text: IntervalText, ...variables: readonly KeyVariable[]) {
  return keyUniquenessProblem(specOf(text), new Set(variables));
}

const date = ["year", "month", "day"] as const;
const newYork = "America/New_York";

describe("the parts of the calendar", () => {
  test.each([
    [{ interval: "month" }, ["year", "month"]],
    [
      { interval: "month", timezone: newYork, offset: "28 23:00" },
      ["year", "month"],
    ],
    [{ interval: "week" }, date],
    [{ interval: "week", timezone: newYork, offset: "sun 02:00" }, date],
    [{ interval: "day" }, date],
    [{ interval: "day", timezone: newYork, offset: "2h" }, date],
    [{ interval: "day", timezone: newYork, offset: "23h" }, date],
    [{ interval: "day", timezone: "America/Sao_Paulo" }, date],
    [{ interval: "day", timezone: "Pacific/Apia", offset: "23h" }, date],
    [{ interval: "hour" }, [...date, "hour"]],
    [{ interval: "hour", timezone: "Etc/GMT+5" }, [...date, "hour"]],
    [{ interval: "every 6 hours" }, [...date, "hour"]],
    [{ interval: "every 24 hours" }, date],
    [{ interval: "every 60 minutes" }, [...date, "hour"]],
    [{ interval: "every 5 minutes" }, [...date, "hour", "minute"]],
  ] as [IntervalText, KeyVariable[]][])(
    "tell intervals apart: %j by %j, and no part can be missing",
    (text, variables) => {
      expect(problemOf(text, "name", ...variables)).toBeNull();
      for (const left of variables) {
        const others = variables.filter((variable) => variable !== left);
        expect(problemOf(text, ...others)).toContain(`{${left}} is missing`);
      }
    },
  );

  test("are not enough for minutes and hours in a zone whose clock was ever changed", () => {
    const parts = [...date, "hour", "minute"] as const;
    for (const timezone of [newYork, "Asia/Kolkata", "Asia/Kathmandu"]) {
      for (const interval of ["hour", "every 5 minutes", "every 24 hours"]) {
        expect(problemOf({ interval, timezone }, ...parts)).toContain(
          `the clock of ${timezone} was changed`,
        );
      }
    }
  });

  test("are not enough where the clock skips the last hour of a day, at which its interval begins", () => {
    const nuuk = {
      interval: "day",
      timezone: "America/Nuuk",
      offset: "23h",
    };
    expect(problemOf(nuuk, ...date)).toContain("America/Nuuk");
    expect(problemOf(nuuk, ...date, "hour")).toBeNull();
    expect(problemOf({ ...nuuk, offset: "22h" }, ...date)).toBeNull();
  });
});

describe("a bound", () => {
  test.each(["data_interval_start", "data_interval_end"] as const)(
    "tells intervals apart by itself: %s",
    (variable) => {
      for (const interval of ["hour", "day", "month", "every 1 minute"]) {
        expect(problemOf({ interval, timezone: newYork }, variable)).toBeNull();
      }
    },
  );
});

test("the name alone puts everything into one file", () => {
  expect(problemOf({ interval: "day" }, "name")).toContain(
    "{year}, {month}, {day} are missing",
  );
});

const zones = [
  "UTC",
  "Etc/GMT-14",
  newYork,
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Kwajalein",
  "Pacific/Kiritimati",
  "America/Sao_Paulo",
  "America/Nuuk",
  "America/Scoresbysund",
  "America/St_Johns",
  "America/Juneau",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Africa/Monrovia",
  "Asia/Beirut",
  "Asia/Gaza",
  "Asia/Manila",
  "Asia/Kathmandu",
  "Antarctica/Troll",
  "Europe/Dublin",
];

const twoDigits = (number: number) => String(number).padStart(2, "0");
const hours = fc.integer({ min: 0, max: 23 });

const intervalTexts: fc.Arbitrary<IntervalText> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom("hour", "every 6 hours", "every 24 hours").map(fixed),
      fc.constantFrom("every 15 minutes", "every 60 minutes").map(fixed),
      hours.map((hour) => ({ interval: "day", offset: `${hour}h` })),
      fc
        .tuple(fc.constantFrom("mon", "thu", "sat", "sun"), hours)
        .map(([day, hour]) => ({
          interval: "week",
          offset: `${day} ${twoDigits(hour)}:00`,
        })),
      fc.tuple(fc.integer({ min: 1, max: 28 }), hours).map(([day, hour]) => ({
        interval: "month",
        offset: `${day} ${twoDigits(hour)}:00`,
      })),
    ),
    fc.constantFrom(...zones),
  )
  .map(([text, timezone]) => ({ ...text, timezone }));

function fixed(interval: string): IntervalText {
  return { interval };
}

/** Instants near which clocks were changed: each zone's own changes are among them often enough. */
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(1840, 0), max: Date.UTC(2090, 0) }),
  fc.constantFrom(
    Date.UTC(1867, 9, 18),
    Date.UTC(1844, 11, 31),
    Date.UTC(1993, 7, 21),
    Date.UTC(1994, 11, 31),
    Date.UTC(2011, 11, 30),
    Date.UTC(2001, 9, 28),
    Date.UTC(2024, 2, 31),
    Date.UTC(2025, 2, 30),
  ),
);

test("an accepted template never gives two intervals one key", () => {
  fc.assert(
    fc.property(
      intervalTexts,
      fc.subarray([...keyVariables]),
      instants,
      (text, variables, nearMs) => {
        const spec = specOf(text);
        fc.pre(keyUniquenessProblem(spec, new Set(variables)) === null);
        const template = variables.map((name) => `{${name}}`).join("");
        const reachMs = ("lengthMs" in spec ? 2 : 70) * 86_400_000;
        const range = {
          startMs: floorToInterval(spec, nearMs - reachMs),
          endMs: floorToInterval(spec, nearMs + reachMs),
        };
        const keys = new Set<string>();
        let count = 0;
        for (const { startMs, endMs } of intervalsOf(spec, range)) {
          keys.add(
            renderKey(template, {
              name: "x1",
              intervalStartMs: startMs,
              intervalEndMs: endMs,
              timeZone: spec.timezone,
            }),
          );
          count += 1;
        }
        expect(keys.size).toBe(count);
      },
    ),
    { numRuns: 300 },
  );
});
