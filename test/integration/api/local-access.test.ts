import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "@jest/globals";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture("local");
const exports = "/api/projects/1/batch_exports/";

/** What `fetch` lets nobody set: the Host header and what browsers add. */
async function send(
  headers: Readonly<Record<string, string>>,
  { method = "GET", url = exports, body = "" } = {},
) {
  const asked = request(new URL(url, api.origin()), { method, headers });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve).on("error", reject).end(body);
  });
  return { status: answer.statusCode, text: await text(answer) };
}

describe("a server on one's own machine", () => {
  test("asks for no key, and lets in to every team's project", async () => {
    for (const team of [1, 2, 2_147_483_647]) {
      const base = `/api/projects/${String(team)}/batch_exports/`;
      const created = await api.ask(
        null,
        "POST",
        base,
        eventsDefinition("own"),
      );
      expect(created.status).toBe(team === 1 ? 201 : 409);
      expect((await api.ask(null, "GET", base)).status).toBe(200);
    }
    expect((await api.ask(null, "GET", "/openapi.json")).status).toBe(200);
  });

  test.each(["localhost", "127.0.0.1:8088", "[::1]:9", "LOCALHOST:1"])(
    "answers to the name %s",
    async (host) => {
      expect((await send({ host })).status).toBe(200);
    },
  );

  test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil:80"])(
    "refuses to answer to the name %s, to which a web page may point its own",
    async (host) => {
      expect((await send({ host })).status).toBe(403);
    },
  );

  test("refuses other sites' pages, whatever they ask for", async () => {
    const { host } = new URL(api.origin());
    const foreign = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `https://${host}` },
    ];
    for (const headers of foreign) {
      for (const method of ["GET", "POST"]) {
        const answer = await send(headers, {
          method,
        });
        expect([headers, method, answer.status]).toEqual([
          headers,
          method,
          403,
        ]);
      }
    }
  });

  test("lets in its own pages, and what is typed into the address bar", async () => {
    const own = [
      { "sec-fetch-site": "same-origin", origin: api.origin() },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of own) {
      expect((await send(headers as Record<string, string>)).status).toBe(200);
    }
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "text/yaml"])(
    "takes no body of the type %s, which a form of any page can send",
    async (type) => {
      const body = JSON.stringify(eventsDefinition("smuggled"));
      const answer = await send(
        { "content-type": type },
        { method: "POST", body },
      );
      expect(answer.status).toBe(415);
      expect((await send({})).text).not.toContain("smuggled");
    },
  );
});
