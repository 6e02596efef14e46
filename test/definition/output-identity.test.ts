import { describe, expect, test } from "@jest/globals";
import { outputIdentity } from "../../src/definition/output-identity.js";
import { validateDefinition } from "../../src/definition/read-definition.js";
import { flights } from "./flights.js";

const definition = validateDefinition(flights);
const identity = outputIdentity(definition);

function changed(changes: object): string {
  return outputIdentity({ ...definition, ...changes });
}

describe("outputIdentity", () => {
  test.each([
    ["the interval", { interval: "hour", offset: null }],
    ["the zone", { timezone: "UTC" }],
    ["the offset", { offset: "6h" }],
    ["the source", { source: { ...definition.source, where: null } }],
    ["the place", { destination: { ...definition.destination, path: "b" } }],
    ["the format", { format: { ...definition.format, null_text: "" } }],
    ["the name, where keys hold it", { name: "trains" }],
  ])("is another one when %s changes", (_what, changes) => {
    expect(changed(changes)).not.toBe(identity);
  });

  test("stays when the destination's cap of concurrent runs changes", () => {
    const capped = { ...definition.destination, max_concurrent_runs: 8 };
    expect(changed({ destination: capped })).toBe(identity);
  });

  test("stays when the team or the compression level changes", () => {
    expect(changed({ team: 2 })).toBe(identity);
    expect(changed({ format: { ...definition.format, level: 9 } })).toBe(
      identity,
    );
  });

  test("stays when the name changes and no key holds it", () => {
    const destination = { ...definition.destination, key: "{year}" };
    expect(changed({ destination, name: "trains" })).toBe(
      changed({ destination }),
    );
  });
});
