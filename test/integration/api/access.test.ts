import { beforeAll, describe, expect, test } from "@jest/globals";
import { revokeApiKey } from "../../../src/operations/api-keys.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture();

let reader: string;
let writer: string;
let stranger: string;
let exportId: string;
let backfillId: string;

beforeAll(async () => {
  reader = await api.key(1, "batch_export:read");
  writer = await api.key(1, "batch_export:write");
  stranger = await api.key(2, "batch_export:write");
  const created = await api.ask(
    ...([writer, "POST", "/api/projects/1/batch_exports/"] as const),
    eventsDefinition("guarded"),
  );
  ({ id: exportId } = created.json<{ id: string }>());
  const started = await api.ask(
    ...([writer, "POST"] as const),
    `/api/projects/1/batch_exports/${exportId}/backfills/`,
    { start_at: "2024-03-01", end_at: "2024-03-02" },
  );
  ({ id: backfillId } = started.json<{ id: string }>());
});

/** Every route below a project, with a body that would do. */
function routes(team: number) {
  const exports = `/api/projects/${String(team)}/batch_exports/`;
  const one = `${exports}${exportId}/`;
  const backfills = `${one}backfills/`;
  const backfill = `${backfills}${backfillId}/`;
  const definition = eventsDefinition("guarded");
  return {
    reads: [
      exports,
      one,
      backfills,
      backfill,
      `${backfill}describe/`,
      `${backfill}runs/`,
      `${backfill}calendar/`,
      `${backfill}throughput/`,
      `${one}runs/`,
      `${one}coverage/`,
      `${one}coverage/calendar/`,
    ].map((url) => ({ method: "GET" as const, url, body: undefined })),
    /** These read, but only a worker could answer. */
    asks: [{ method: "POST" as const, url: `${backfills}plan/`, body: {} }],
    writes: [
      { method: "POST" as const, url: exports, body: definition },
      { method: "PUT" as const, url: one, body: definition },
      { method: "POST" as const, url: backfills, body: {} },
      { method: "POST" as const, url: `${backfill}cancel/`, body: {} },
      { method: "POST" as const, url: `${backfill}pause/`, body: {} },
      { method: "POST" as const, url: `${backfill}resume/`, body: {} },
      { method: "POST" as const, url: `${backfill}retry/`, body: {} },
      {
        method: "POST" as const,
        url: `${backfill}concurrency/`,
        body: { concurrency: 2 },
      },
      { method: "POST" as const, url: `${backfill}verify/`, body: {} },
      { method: "POST" as const, url: `${one}test/`, body: undefined },
      { method: "DELETE" as const, url: one, body: undefined },
    ],
  };
}

describe("without a key", () => {
  test("every route but the health checks answers 401 and says nothing", async () => {
    const { reads, asks, writes } = routes(1);
    const others = [
      { method: "GET" as const, url: "/openapi.json", body: undefined },
      { method: "GET" as const, url: "/metrics", body: undefined },
    ];
    for (const { method, url, body } of [
      ...reads,
      ...asks,
      ...writes,
      ...others,
    ]) {
      for (const key of [null, "nonsense", `${writer}x`]) {
        const answer = await api.ask(key, method, url, body);
        expect([url, answer.status]).toEqual([url, 401]);
        expect(answer.header("www-authenticate")).toBe("Bearer");
        expect(answer.text).not.toContain("guarded");
      }
    }
    expect((await api.ask(null, "GET", "/healthz")).json()).toEqual({
      status: "ok",
    });
    expect((await api.ask(null, "GET", "/readyz")).json()).toEqual({
      status: "ok",
    });
  });

  test("a body is not even looked at", async () => {
    for (const { method, url } of routes(1).writes) {
      const answer = await api.ask(null, method, url, { colour: "red" });
      expect([method, url, answer.status]).toEqual([method, url, 401]);
    }
  });

  test("a revoked key is none", async () => {
    const key = await api.key(1, "batch_export:read");
    const url = "/api/projects/1/batch_exports/";
    expect((await api.ask(key, "GET", url)).status).toBe(200);
    await revokeApiKey(api.refill().context, { id: key.split("_")[1] ?? "" });
    expect((await api.ask(key, "GET", url)).status).toBe(401);
  });
});

describe("with a key of another team", () => {
  test("nothing of a team's is there, under its own path or the other's", async () => {
    for (const team of [1, 2]) {
      const { reads, asks, writes } = routes(team);
      for (const { method, url, body } of [...reads, ...asks, ...writes]) {
        if (team === 2 && url === "/api/projects/2/batch_exports/") continue;
        const answer = await api.ask(stranger, method, url, body);
        expect([method, url, answer.status]).toEqual([method, url, 404]);
      }
    }
    const own = await api.ask(
      stranger,
      "GET",
      "/api/projects/2/batch_exports/",
    );
    expect(own.json()).toEqual([]);
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

describe("with a key that may only read", () => {
  test("reads are answered, and every write is refused with 403", async () => {
    const { reads, writes } = routes(1);
    for (const { method, url } of reads) {
      expect([url, (await api.ask(reader, method, url)).status]).toEqual([
        url,
        200,
      ]);
    }
    for (const { method, url, body } of writes) {
      const answer = await api.ask(reader, method, url, body);
      expect([method, url, answer.status]).toEqual([method, url, 403]);
    }
  });
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
    expect(api.faults).toEqual([]);
  });
});
