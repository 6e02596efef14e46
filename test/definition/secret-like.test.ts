import { describe, expect, test } from "@jest/globals";
import {
  parseDefinition,
  validateDefinition,
} from "../../src/definition/read-definition.js";
import { flights, flightsWith, refusal } from "./flights.js";

describe("a secret in clear text", () => {
  const secret = "hunter2";
  const url = `postgres://refill:${secret}@db.example.com/flights`;

  test.each([
    ["as the connection", flightsWith({ source: { connection: url } })],
    [
      "as a libpq string",
      flightsWith({
        source: { connection: `host=db user=u password=${secret}` },
      }),
    ],
    ["as a bare word", flightsWith({ source: { connection: secret } })],
    ["behind a prefix", flightsWith({ source: { connection: `env:${url}` } })],
    ["as a file", flightsWith({ source: { connection: `file:${url}` } })],
    ["as the source", { ...flights, source: url }],
    ["as the table", flightsWith({ source: { table: url } })],
    ["as a column", flightsWith({ source: { columns: [url] } })],
    [
      "as the column of time",
      flightsWith({ source: { timestamp_column: url } }),
    ],
    ["as a zone", flightsWith({ timezone: url })],
    ["as another zone", flightsWith({ source: { timestamp_timezone: url } })],
    ["as the offset", flightsWith({ offset: url })],
    ["as the interval", flightsWith({ interval: `${secret}!` })],
    ["as the name", flightsWith({ name: url })],
    ["as the team", flightsWith({ team: url })],
    ["as a type", flightsWith({ source: { type: url } })],
    ["as a folder", flightsWith({ destination: { path: url } })],
    ["as a key", flightsWith({ destination: { key: url } })],
    ["as a variable", flightsWith({ destination: { key: `{${secret}!}` } })],
    ["as a format", flightsWith({ format: url })],
    ["under an unknown key", flightsWith({ password: secret })],
    ["as an unknown key", { ...flights, [url]: 1 }],
    ["as the whole document", url],
    [
      "in a literal of the query",
      flightsWith({
        source: {
          table: undefined,
          query: `select * from dblink('host=db password=${secret}', 'x') as t(a int)`,
        },
      }),
    ],
    ["in the condition", flightsWith({ source: { where: `a = '${url}'` } })],
  ])("%s is refused and not repeated", (_, value) => {
    const error = refusal(() => validateDefinition(value));
    const everything = `${error.message} ${String(error.stack)} ${JSON.stringify(error.details)}`;
    expect(error.code).toBe("DEFINITION_INVALID");
    expect(everything).not.toContain(secret);
  });

  test.each([
    ["YAML", "yaml", `name: x\nsource: [${url}\n`],
    ["YAML", "yaml", `name: x\n  source: ${url}: ${secret}\n`],
    ["YAML", "yaml", `? [${url}]\n: 1`],
    ["YAML", "yaml", `a: *${secret}`],
    ["YAML", "yaml", `a: !${secret} 1`],
    ["YAML", "yaml", `a: "\\${secret}"`],
    ["JSON", "json", `{"source": ${url}}`],
    ["JSON", "json", secret],
  ] as const)("in broken %s is not repeated: %#", (_, format, text) => {
    const error = refusal(() => parseDefinition(text, format));
    expect(error.code).toBe("DEFINITION_INVALID");
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(secret);
    expect(error.cause).toBeUndefined();
  });

  test("is not suspected in ordinary SQL", () => {
    const where = `url like 'https://example.com/%' and password = 'x' and kind = 'y'`;
    const definition = validateDefinition(flightsWith({ source: { where } }));
    expect(definition.source.where).toBe(where);
  });
});
