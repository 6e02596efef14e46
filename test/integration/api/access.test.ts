import { beforeAll, describe, expect, test } from "@jest/globals";
import { revokeApiKey } from "../../../src/operations/access/api-keys.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture();

let writer: string;
let stranger: string;

beforeAll(async () => {
  writer = await api.key(1, "batch_export:write");
  stranger = await api.key(2, "batch_export:write");
  await api.ask(
    ...([writer, "POST", "/api/projects/1/batch_exports/"] as const),
    eventsDefinition("guarded"),
  );
});

// matrix/route-matrix.test.ts holds every route below a project to all of this.
describe("without a key", () => {
  test("what tells of the server or its work answers 401 and says nothing, and the health checks say no more than that", async () => {
    const exports = "/api/projects/1/batch_exports/";
    for (const url of ["/openapi.json", "/docs", "/metrics", exports]) {
      for (const key of [null, "nonsense", `${writer}x`]) {
        const answer = await api.ask(key, "GET", url);
        expect([url, answer.status]).toEqual([url, 401]);
        expect(answer.header("www-authenticate")).toBe("Bearer");
        expect(answer.text).not.toContain("guarded");
      }
    }
    for (const url of ["/healthz", "/readyz"]) {
      expect((await api.ask(null, "GET", url)).json()).toEqual({
        status: "ok",
      });
    }
  });

  test("a body is not even looked at", async () => {
    const url = "/api/projects/1/batch_exports/";
    const answer = await api.ask(null, "POST", url, { colour: "red" });
    expect(answer.status).toBe(401);
  });

  test("a revoked key is none", async () => {
    const key = await api.key(1, "batch_export:read");
    const url = "/api/projects/1/batch_exports/";
    expect((await api.ask(key, "GET", url)).status).toBe(200);
    await revokeApiKey(api.refill().context, { id: key.split("_")[1] ?? "" });
    expect((await api.ask(key, "GET", url)).status).toBe(401);
  });
});

test("a destination that another team's export writes to is refused without a word of that export", async () => {
  const definition = { ...eventsDefinition("guarded"), name: "beside" };
  const exports = "/api/projects/2/batch_exports/";
  const refused = await api.ask(stranger, "POST", exports, definition);
  expect([refused.status, refused.json()]).toMatchObject([
    409,
    { code: "DESTINATION_SHARED", details: {} },
  ]);
  expect(refused.text).not.toMatch(/guarded|team 1/);
  const own = await api.ask(
    writer,
    "POST",
    exports.replace("2", "1"),
    definition,
  );
  expect(own.text).toContain("guarded");
});

describe("what is not there", () => {
  test("is 404 for a path, 405 with Allow for a method, 413 and 415 for a body", async () => {
    const exports = "/api/projects/1/batch_exports/";
    expect((await api.ask(writer, "GET", "/api/nothing")).json()).toMatchObject(
      {
        status: 404,
        code: "ROUTE_NOT_FOUND",
      },
    );
    const method = await api.ask(writer, "PATCH", exports, {});
    expect([method.status, method.header("allow")]).toEqual([
      405,
      "GET, HEAD, POST",
    ]);
    const large = { ...eventsDefinition("large"), note: "x".repeat(300_000) };
    expect(
      (await api.ask(writer, "POST", exports, large)).json(),
    ).toMatchObject({
      status: 413,
      code: "BODY_TOO_LARGE",
    });
    const yaml = { "content-type": "text/yaml" };
    const plain = await api.ask(writer, "POST", exports, {}, yaml);
    expect(plain.status).toBe(415);
    expect(plain.json()).toMatchObject({
      code: "MEDIA_TYPE_NOT_SUPPORTED",
      detail: expect.stringContaining(
        "Content-Type: application/json",
      ) as unknown,
    });
    expect(api.faults).toEqual([]);
  });
});
