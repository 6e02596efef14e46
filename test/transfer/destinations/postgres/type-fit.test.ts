import { describe, expect, test } from "@jest/globals";
import { canTake } from "../../../../src/transfer/destinations/postgres/type-fit.js";

describe("a column of a target", () => {
  test.each([
    ["integer", "integer"],
    ["bigint", "integer"],
    ["numeric", "bigint"],
    ["numeric", "numeric(10,2)"],
    ["numeric(12,2)", "numeric(10,2)"],
    ["numeric(12,4)[]", "numeric(10,2)[]"],
    ["text", "character varying(20)"],
    ["character varying(20)", "character varying(40)"],
    ["character varying(20)", "text"],
    ["timestamp with time zone", "timestamp(3) with time zone"],
    ["timestamp(6) with time zone", "timestamp(3) with time zone"],
    ["mood", "mood"],
  ])("%s takes every value of %s, or says so", (target, source) => {
    expect(canTake(target, source)).toBe(true);
  });

  test.each([
    ["integer", "bigint"],
    ["integer", "numeric"],
    ["numeric(10,2)", "numeric"],
    ["numeric(10,2)", "numeric(10,3)"],
    ["numeric(10,4)", "numeric(10,2)"],
    ["numeric(10,1)[]", "numeric(10,2)[]"],
    ["real", "double precision"],
    ["character(5)", "text"],
    ["character(5)", "character(4)"],
    ["date", "timestamp without time zone"],
    ["timestamp with time zone", "timestamp without time zone"],
    ["timestamp without time zone", "timestamp with time zone"],
    ["timestamp(3) with time zone", "timestamp with time zone"],
    ["text", "integer"],
    ["integer[]", "integer"],
    ["mood", "text"],
    ["jsonb", "json"],
  ])(
    "%s does not take %s: it would round, pad or shift it",
    (target, source) => {
      expect(canTake(target, source)).toBe(false);
    },
  );
});
