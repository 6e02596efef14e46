import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  dateOfDayNumber,
  dayNumberOf,
  formatDate,
  isCalendarDate,
} from "../../../src/domain/time/calendar.js";

const dayNumbers = fc.integer({ min: -1_000_000, max: 3_000_000 });

describe("calendar", () => {
  test("dates and day numbers agree with the platform's calendar, before and after 1970", () => {
    fc.assert(
      fc.property(dayNumbers, (dayNumber) => {
        const date = new Date(dayNumber * 86_400_000);
        expect(dateOfDayNumber(dayNumber)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        });
        expect(dayNumberOf(dateOfDayNumber(dayNumber))).toBe(dayNumber);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    [2000, 2, 29, true],
    [2004, 2, 29, true],
    [1900, 2, 29, false],
    [2001, 2, 29, false],
    [2001, 2, 30, false],
    [2001, 4, 31, false],
    [2001, 13, 1, false],
    [2001, 0, 1, false],
    [2001, 1, 0, false],
    [2001, 12, 31, true],
  ])("%d-%d-%d exists: %p", (year, month, day, exists) => {
    expect(isCalendarDate({ year, month, day })).toBe(exists);
  });

  test("a date is written with four digits of year", () => {
    expect(formatDate({ year: 33, month: 4, day: 3 })).toBe("0033-04-03");
  });
});
