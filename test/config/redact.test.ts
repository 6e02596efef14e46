import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { redact } from "../../src/config/redact.js";

const url = "postgres://refill:p%40ss%2Fw0rd@db.example.com:5432/flights";

describe("redacting", () => {
  test.each([
    ["the whole string", `can't connect to ${url}`],
    ["the password as it is in the URL", "bad password p%40ss%2Fw0rd"],
    ["the password decoded", "bad password p@ss/w0rd"],
    ["with lower-case escapes", "bad password p%40ss%2fw0rd"],
    ["encoded twice", "bad password p%2540ss%252Fw0rd"],
    ["inside JSON", `{"password":"p@ss/w0rd"}`],
  ])("removes %s", (_, text) => {
    const clean = redact(text, [url]);
    expect(clean).toContain("[redacted]");
    expect(clean).not.toMatch(/w0rd/);
  });

  test("removes passwords of settings and of query parameters", () => {
    const settings = "host=db password='it\\'s hunter2' user=u";
    expect(redact("it\\'s hunter2", [settings])).toBe("[redacted]");
    const query = "postgres://db/d?user=u&password=hunter2&x=1";
    expect(redact("got hunter2.", [query])).toBe("got [redacted].");
  });

  test("removes what looks like a password though nobody named it", () => {
    expect(redact("at postgres://u:hunter2@h/d now", [])).toBe(
      "at postgres://u:[redacted]@h/d now",
    );
    expect(redact("host=h password=hunter2 user=u", [])).toBe(
      "host=h password=[redacted] user=u",
    );
    expect(redact("postgres://u:hunt@er2@h/d", [])).toBe(
      "postgres://u:[redacted]@h/d",
    );
  });

  test("leaves other text as it is", () => {
    const text =
      'relation "public.flights" does not exist at https://example.com/a:b';
    expect(redact(text, [url])).toBe(text);
    expect(redact(text, [])).toBe(text);
    expect(redact(text, [""])).toBe(text);
    expect(redact(text, ["postgres://db/flights"])).toBe(text);
  });

  test("takes very short passwords for words", () => {
    expect(redact("a bad day: a", ["postgres://u:a@h/d"])).toBe(
      "[redacted] bad day: [redacted]",
    );
  });

  test("takes characters of expressions for themselves", () => {
    const secret = "a.*+?^${}()|[]\\b-/";
    expect(redact(`x ${secret} y aXXb`, [secret])).toBe("x [redacted] y aXXb");
  });

  test("finds the longer of two secrets that begin alike", () => {
    expect(redact("hunter22", ["hunter2", "hunter22"])).toBe("[redacted]");
  });

  test("never leaves a password in a text, however it was encoded", () => {
    const password = fc.string({ minLength: 4, maxLength: 20, unit: "binary" });
    fc.assert(
      fc.property(
        password,
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          fc.pre(isWellFormed(secret));
          fc.pre(!"[redacted]".includes(secret));
          const encoded = encodeURIComponent(secret);
          const string = `postgres://u:${encoded}@h/d`;
          for (const form of [secret, encoded]) {
            const text = `${before} ${form} ${after}`;
            const clean = redact(text, [string]);
            expect(clean.split(form).length).toBeLessThan(
              text.split(form).length,
            );
            expect(redact(` ${form} `, [string])).not.toContain(form);
          }
        },
      ),
    );
  });

  test("takes a moment for a long text", () => {
    const text = `${"a".repeat(200_000)} ${"a://".repeat(20_000)}`;
    expect(redact(text, [url])).toBe(text);
  });
});

function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}
