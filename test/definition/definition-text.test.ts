import { describe, expect, test } from "@jest/globals";
import { parseDefinition } from "../../src/definition/read-definition.js";
import { flights, flightsYaml, refusal } from "./flights.js";

describe("the text of a definition", () => {
  test("with a key that occurs twice is refused, naming the line", () => {
    const yaml = refusal(() =>
      parseDefinition(`${flightsYaml}team: 2`, "yaml"),
    );
    expect(yaml.message).toContain(
      "line 19, column 1: the same key occurs twice",
    );
    const json = refusal(() =>
      parseDefinition('{\n\t"team": 1,\n\t"team": 2\n}', "json"),
    );
    expect(json.message).toContain(
      "line 3, column 2: the same key occurs twice",
    );
  });

  test.each([
    ["another version of YAML", `%YAML 1.1\n---\n${flightsYaml}`],
    ["two documents", `${flightsYaml}\n---\n${flightsYaml}`],
    ["a tag of its own", flightsYaml.replace("name: ", "name: !secret ")],
    ["a tag of YAML 1.1", flightsYaml.replace("name: ", "name: !!binary ")],
    ["a number as a key", `${flightsYaml}\n1: 2`],
    ["a tab as indentation", flightsYaml.replace("  type", "\ttype")],
    ["nothing", ""],
    ["nothing but a comment", "# flights"],
    ["depth", "[".repeat(100_000)],
    ["flow", "{a: ".repeat(50_000)],
    ["length", `${flightsYaml}# ${"x".repeat(300_000)}`],
  ])("with %s is refused", (_, text) => {
    const error = refusal(() => parseDefinition(text, "yaml"));
    expect(error.code).toBe("DEFINITION_INVALID");
  });

  test("can't grow by its anchors", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 9; level += 1) {
      const alias = `*a${level - 1}`;
      lines.push(
        `a${level}: &a${level} [${Array<string>(10).fill(alias).join(", ")}]`,
      );
    }
    const error = refusal(() => parseDefinition(lines.join("\n"), "yaml"));
    expect(error.message).toContain("anchors");
    const loop = refusal(() => parseDefinition("a: &a [*a]", "yaml"));
    expect(loop.code).toBe("DEFINITION_INVALID");
  });

  test("may repeat a few values by anchors", () => {
    const text = flightsYaml
      .replace("name: flights", "name: &n flights")
      .replace("path: flights", "path: *n");
    expect(parseDefinition(text, "yaml").destination).toMatchObject({
      path: "flights",
    });
  });

  test("knows only true, false, null and numbers by themselves, as YAML 1.2 does", () => {
    const norway = flightsYaml.replace("name: flights", "name: no");
    expect(parseDefinition(norway, "yaml").name).toBe("no");
    const date = flightsYaml.replace("name: flights", "name: 2001-03-01");
    expect(parseDefinition(date, "yaml").name).toBe("2001-03-01");
    const number = flightsYaml.replace("name: flights", "name: 2001");
    expect(refusal(() => parseDefinition(number, "yaml")).message).toContain(
      "name: expected text (a number in quotes); got the number 2001",
    );
    const hour = flightsYaml.replace("offset: 5h", "offset: 5");
    expect(refusal(() => parseDefinition(hour, "yaml")).message).toContain(
      "offset: expected text such as 5h or mon 02:00; got the number 5",
    );
  });

  test("treats a key without a value as absent where it may be absent", () => {
    const text = flightsYaml.replace(
      'where: "cancelled is not true"',
      "where:",
    );
    expect(parseDefinition(text, "yaml").source.where).toBeNull();
  });

  test("can't smuggle in a prototype", () => {
    const json = JSON.stringify(flights).replace(
      '"team":1',
      '"__proto__":{"team":1}',
    );
    const error = refusal(() => parseDefinition(json, "json"));
    expect(error.message).toContain(
      "team: expected a whole number; it is missing",
    );
    const yaml = flightsYaml.replace("team: 1", "__proto__: {team: 1}");
    expect(refusal(() => parseDefinition(yaml, "yaml")).message).toContain(
      "team: expected a whole number; it is missing",
    );
  });

  test("names the place of a mistake in JSON where it is known", () => {
    const error = refusal(() => parseDefinition('{\n "name": "x",\n}', "json"));
    expect(error.message).toContain("at line 3, column 1");
  });
});
