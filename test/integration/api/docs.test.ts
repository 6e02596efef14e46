import { describe, expect, test } from "@jest/globals";
import { apiFixture } from "./api-fixture.js";

const api = apiFixture();

describe("/docs", () => {
  test("asks for a key like the document that it shows", async () => {
    for (const key of [null, "nonsense"]) {
      const answer = await api.ask(key, "GET", "/docs");
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain("batch_exports");
    }
  });

  test("is a page of every operation, under a policy that lets nothing run, for keys and sessions", async () => {
    const key = await api.key(1, "batch_export:read");
    const begun = await api.ask(null, "POST", "/session", { key });
    const [cookie = ""] = (begun.header("set-cookie") ?? "").split("; ");
    const answers = [
      await api.ask(key, "GET", "/docs"),
      await api.ask(null, "GET", "/docs", undefined, { cookie }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.header("content-type")).toBe("text/html; charset=utf-8");
      expect(answer.header("content-security-policy")).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      );
      expect(answer.header("x-content-type-options")).toBe("nosniff");
      expect(answer.text).toContain('href="openapi.json"');
      expect(answer.text).toContain("Start a backfill");
    }
    const below = await api.ask(key, "GET", "/docs/");
    expect(below.text).toContain('href="../openapi.json"');
    expect(api.faults).toEqual([]);
  });
});
