import { describe, expect, test } from "@jest/globals";
import { apiFixture, eventsDefinition } from "../api/api-fixture.js";

const api = apiFixture("keys");
const exports = "/api/projects/1/batch_exports/";

async function signIn(): Promise<string> {
  const key = await api.key(1, "batch_export:write");
  const answer = await api.ask(null, "POST", "/session", { key });
  expect(answer.status).toBe(204);
  return answer.header("set-cookie") ?? "";
}

describe("the page's session", () => {
  test("lets in by a cookie that no script reads and no other site sends", async () => {
    const cookie = await signIn();
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    const [pair = ""] = cookie.split("; ");
    const headers = { cookie: pair };
    const answer = await api.ask(null, "GET", exports, undefined, headers);
    expect(answer.status).toBe(200);
    const session = await api.ask(null, "GET", "/session", undefined, headers);
    expect(session.json()).toMatchObject({ teams: [1], needs_key: true });
  });

  test("is known by a token that is no key, of which the ledger holds the hash", async () => {
    const key = await api.key(1, "batch_export:write");
    const begun = await api.ask(null, "POST", "/session", { key });
    const [pair = ""] = (begun.header("set-cookie") ?? "").split("; ");
    const token = pair.replace("refill_session=", "");
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(key).not.toContain(token);
    const asKey = await api.ask(token, "GET", exports);
    expect(asKey.status).toBe(401);
    const { rows } = await api
      .refill()
      .pool.query<{ row: string }>(
        "select s::text as row from refill.api_session s",
      );
    expect(rows.map(({ row }) => row).join()).not.toContain(token);
  });

  test("ends with its key, with its time, and when it is left: the cookie is then of no use to whoever kept it", async () => {
    const { pool } = api.refill();
    const ends = [
      "update refill.api_key set revoked_at = now()",
      "update refill.api_session set created_at = now() - interval '2 days', expires_at = now()",
    ];
    for (const end of ends) {
      const [cookie = ""] = (await signIn()).split("; ");
      const look = () =>
        api.ask(null, "GET", "/session", undefined, { cookie });
      expect((await look()).status).toBe(200);
      await pool.query(end);
      expect((await look()).status).toBe(401);
    }
    const [cookie = ""] = (await signIn()).split("; ");
    const own = { cookie, origin: api.origin() };
    const ended = await api.ask(null, "DELETE", "/session", undefined, own);
    expect(ended.status).toBe(204);
    const left = await api.ask(null, "GET", "/session", undefined, { cookie });
    expect(left.status).toBe(401);
  });

  const foreign: readonly Record<string, string>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://evil.example" },
    { origin: "null" },
  ];

  test.each(foreign)(
    "does not count for what another page reads: %j",
    async (told) => {
      const [cookie = ""] = (await signIn()).split("; ");
      const headers = { cookie, ...told };
      const answer = await api.ask(null, "GET", exports, undefined, headers);
      expect(answer.status).toBe(401);
    },
  );

  test.each([...foreign, { "sec-fetch-site": "none" }, {}])(
    "writes nothing for what is not known to be of the own page: %j",
    async (told) => {
      const [cookie = ""] = (await signIn()).split("; ");
      const headers = { cookie, ...told };
      for (const [method, url] of [
        ["POST", exports],
        ["PUT", `${exports}any/`],
        ["DELETE", `${exports}any/`],
        ["DELETE", "/session"],
      ] as const) {
        const body = method === "DELETE" ? undefined : {};
        const answer = await api.ask(null, method, url, body, headers);
        expect([method, answer.status]).toEqual([method, 403]);
        expect(answer.header("set-cookie")).toBeNull();
      }
      const look = await api.ask(null, "GET", "/session", undefined, {
        cookie,
      });
      expect(look.status).toBe(200);
    },
  );

  test("writes for its own page, and no key needs one", async () => {
    const [cookie = ""] = (await signIn()).split("; ");
    const body = eventsDefinition("own");
    const own = [
      { "sec-fetch-site": "same-origin", origin: api.origin() },
      { "sec-fetch-site": "same-origin" },
      { origin: api.origin() }, // a browser that reaches the server by HTTP
      { origin: api.origin().replace("http:", "https:") }, // and by a proxy
    ];
    const statuses = [];
    for (const told of own) {
      const headers = { cookie, ...told };
      const answer = await api.ask(null, "POST", exports, body, headers);
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([201, 409, 409, 409]);
    const key = await api.key(1, "batch_export:write");
    for (const told of foreign) {
      const answer = await api.ask(key, "POST", exports, body, {
        cookie,
        ...told,
      });
      expect(answer.status).toBe(409);
    }
  });

  test("begins with no key that is unknown", async () => {
    const answer = await api.ask(null, "POST", "/session", { key: "guess" });
    expect(answer.status).toBe(401);
    expect(answer.header("set-cookie")).toBeNull();
    expect((await api.ask(null, "GET", "/session")).status).toBe(401);
  });

  test("is Secure where a proxy speaks TLS, and ends when asked to", async () => {
    const key = await api.key(1, "batch_export:read");
    const headers = { "x-forwarded-proto": "https" };
    const begun = await api.ask(null, "POST", "/session", { key }, headers);
    expect(begun.header("set-cookie")).toContain("; Secure");
    const ended = await api.ask(null, "DELETE", "/session");
    expect(ended.header("set-cookie")).toContain("refill_session=; Max-Age=0");
  });
});
