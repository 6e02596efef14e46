import { describe, expect, test } from "@jest/globals";
import {
  instantMs,
  instantMsOrNull,
  rfc3339,
  rfc3339OrNull,
} from "../../../src/store/database/instant-text.js";

describe("rfc3339", () => {
  test("keeps every digit of the fraction that Postgres sent", () => {
    expect(rfc3339("2001-03-01 05:00:00+00")).toBe("2001-03-01T05:00:00Z");
    expect(rfc3339("2001-03-01 05:00:00.123456+00")).toBe(
      "2001-03-01T05:00:00.123456Z",
    );
  });

  test("writes the years 1 and 9999", () => {
    expect(rfc3339("0001-01-01 00:00:00+00")).toBe("0001-01-01T00:00:00Z");
    expect(rfc3339("9999-12-31 23:59:59.9+00")).toBe("9999-12-31T23:59:59.9Z");
  });

  test.each([
    "infinity",
    "-infinity",
    "0044-03-15 00:00:00+00 BC",
    "10000-01-01 00:00:00+00",
    "2001-03-01 05:00:00-05",
    "2001-03-01",
  ])("refuses %s, which it could not write truly", (text) => {
    expect(() => rfc3339(text)).toThrow(
      expect.objectContaining({ code: "TIMESTAMP_INVALID" }),
    );
  });

  test("leaves null as it is", () => {
    expect(rfc3339OrNull(null)).toBeNull();
  });
});

describe("instantMs", () => {
  test("rounds microseconds down, before the epoch too", () => {
    expect(instantMs("1970-01-01 00:00:00.001999+00")).toBe(1);
    expect(instantMs("1969-12-31 23:59:59.999999+00")).toBe(-1);
    expect(instantMs("1969-12-31 23:59:59.9+00")).toBe(-100);
  });

  test("does not take the year 1 for 1901", () => {
    expect(instantMs("0001-01-01 00:00:00+00")).toBe(-62135596800000);
  });

  test("leaves null as it is", () => {
    expect(instantMsOrNull(null)).toBeNull();
  });
});
