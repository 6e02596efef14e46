import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { cacheDirFrom } from "../../src/config/cache-dir.js";

test("the cache is where XDG_CACHE_HOME says", () => {
  expect(cacheDirFrom({ XDG_CACHE_HOME: "/var/cache" })).toBe(
    "/var/cache/refill",
  );
});

test.each([undefined, "", "relative/path"])(
  "XDG_CACHE_HOME=%s means the home's .cache",
  (value) => {
    expect(cacheDirFrom({ XDG_CACHE_HOME: value })).toBe(
      join(homedir(), ".cache", "refill"),
    );
  },
);
