import { describe, expect, test } from "@jest/globals";
import {
  identifier,
  json,
  list,
  matches,
  parameter,
  sql,
} from "../../../src/store/database/sql.js";

describe("sql", () => {
  test("makes a parameter of each value, and numbers them in the order of the text", () => {
    expect(
      sql`select ${1} where a = ${"x"} and b = any(${["y", "z"]}) and c is ${null}`.toQuery(),
    ).toEqual({
      text: "select $1 where a = $2 and b = any($3) and c is $4",
      values: [1, "x", ["y", "z"], null],
    });
  });

  test("puts parts into each other, wherever they stand", () => {
    const isOurs = sql`team = ${3}`;
    const both = sql`(${isOurs} or ${sql`name = ${"a"}`})`;
    expect(
      sql`select ${1} where ${both} and ${isOurs} limit ${2}`.toQuery(),
    ).toEqual({
      text: "select $1 where (team = $2 or name = $3) and team = $4 limit $5",
      values: [1, 3, "a", 3, 2],
    });
  });

  test("makes the same value one parameter where that is asked for, also across parts", () => {
    const seconds = parameter(20);
    const later = sql`now() + ${seconds} * interval '1 second'`;
    expect(sql`select ${seconds}, ${"x"}, ${later}`.toQuery()).toEqual({
      text: "select $1, $2, now() + $1 * interval '1 second'",
      values: [20, "x"],
    });
  });

  test("keeps equal values apart otherwise: each place has a type of its own", () => {
    expect(sql`select ${1}, ${1}`.toQuery().values).toEqual([1, 1]);
  });

  test("makes the same query however often it is asked", () => {
    const statement = sql`select ${1}`;
    expect(statement.toQuery()).toEqual(statement.toQuery());
  });

  test("takes no text from a value", () => {
    const hostile = "'; drop schema refill; --";
    expect(sql`select ${hostile}`.toQuery()).toEqual({
      text: "select $1",
      values: [hostile],
    });
  });
});

test("a list has commas between its parts, and may have one or none", () => {
  const columns = ["id", "team"].map(identifier);
  expect(sql`select ${list(columns)}`.toQuery().text).toBe("select id, team");
  expect(list(columns.slice(1)).toQuery().text).toBe("team");
  expect(list([]).toQuery().text).toBe("");
});

test.each(["", "Team", "a b", "a;", 'a"', "1a", "a.b"])(
  "an identifier is a plain name of the schema: %j is not",
  (name) => {
    expect(() => identifier(name)).toThrow(/is not a name of the schema/);
  },
);

test("a filter that is null filters nothing", () => {
  const column = sql`team`;
  expect(matches(column, 3).toQuery()).toEqual({
    text: "team = $1",
    values: [3],
  });
  expect(matches(column, null).toQuery()).toEqual({ text: "true", values: [] });
});

test("JSON is passed as text, and null as null", () => {
  expect(json({ a: 1 })).toBe('{"a":1}');
  expect(json(["x"])).toBe('["x"]');
  expect(json(null)).toBeNull();
});
