import { describe, expect, test } from "@jest/globals";
import {
  bytesText,
  countedText,
  durationText,
  percentText,
  rateText,
  utcText,
  zoneText,
} from "../../src/web/page/figures.js";
import { linkTo, parseRoute } from "../../src/web/page/route.js";

describe("an address of the page", () => {
  test("leads where it was made for, whatever an export is called", () => {
    for (const name of ["events", "a/b", "ü %2F#?"]) {
      expect(parseRoute(linkTo(7, name, "backfills", "x"))).toEqual({
        team: 7,
        batchExport: name,
        view: "backfill",
        backfill: "x",
        start: null,
        end: null,
      });
    }
    expect(parseRoute(linkTo(7, "e", "coverage"))).toMatchObject({
      view: "coverage",
      start: null,
      end: null,
    });
    const part = ["2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z"] as const;
    expect(parseRoute(linkTo(7, "e", "coverage", ...part))).toMatchObject({
      view: "coverage",
      start: part[0],
      end: part[1],
    });
  });

  test.each(["", "#", "#/", "#/nonsense", "#/%", "#//"])(
    "leads to the start where it says nothing: %s",
    (hash) => {
      expect(parseRoute(hash)).toEqual({
        team: null,
        batchExport: null,
        view: "backfills",
        backfill: null,
        start: null,
        end: null,
      });
    },
  );
});

test("figures say no more than is known", () => {
  expect(percentText(0.99999)).toBe("99.9%");
  expect(percentText(1)).toBe("100%");
  expect(percentText(null)).toBe("–");
  expect(countedText(1, "run")).toBe("1 run");
  expect(countedText(1_000n, "run")).toBe("1,000 runs");
  expect([0.25, 1_234, 0].map(rateText)).toEqual(["0.25", "1.23K", "0"]);
  expect(durationText(0)).toBe("0 s");
  expect(durationText(3_600)).toBe("1 h");
  expect(durationText(90_061)).toBe("1 d 1 h");
  expect(bytesText(999)).toBe("999 B");
  expect(bytesText(1_500_000)).toBe("1.5 MB");
  expect(utcText("2024-03-01T05:00:00Z")).toBe("2024-03-01 05:00");
  expect(zoneText("2024-03-01T05:00:00Z", "Asia/Tokyo")).toBe(
    "2024-03-01 14:00:00 Asia/Tokyo",
  );
});
