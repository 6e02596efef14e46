import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AccessPolicy } from "../../src/config/config.js";
import { resolveConnection, resolveSecret } from "../../src/config/secrets.js";

const url = "postgres://refill:hunter2@db.example.com/flights";
const defaultUrl = "postgres://refill:own@127.0.0.1:5432/refill";

const policy: AccessPolicy = {
  secretEnvPrefix: "REFILL_SECRET_",
  secretFolder: null,
  allowedHosts: [],
  allowDefaultConnection: true,
};

function resolve(
  reference: string,
  {
    env = {},
    access = {},
  }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly access?: Partial<AccessPolicy>;
  } = {},
): Promise<string> {
  return resolveConnection({
    reference,
    access: { ...policy, ...access },
    env,
    defaultUrl,
  });
}

describe("default", () => {
  test("is Refill's own database where that is allowed", async () => {
    await expect(resolve("default")).resolves.toBe(defaultUrl);
  });

  test("is refused elsewhere", async () => {
    const access = { allowDefaultConnection: false };
    await expect(resolve("default", { access })).rejects.toMatchObject({
      code: "SECRET_NOT_ALLOWED",
    });
  });
});

describe("env:NAME", () => {
  test("is the variable's value", async () => {
    const env = { REFILL_SECRET_URL: url };
    await expect(resolve("env:REFILL_SECRET_URL", { env })).resolves.toBe(url);
  });

  test("must begin with the allowed prefix", async () => {
    const env = { PGPASSWORD: url, refill_secret_url: url, APP_URL: url };
    for (const name of Object.keys(env)) {
      await expect(resolve(`env:${name}`, { env })).rejects.toMatchObject({
        code: "SECRET_NOT_ALLOWED",
      });
    }
    const access = { secretEnvPrefix: "APP_" };
    await expect(resolve("env:APP_URL", { env, access })).resolves.toBe(url);
  });

  test.each([{}, { REFILL_SECRET_URL: "" }])(
    "names the variable that is missing or empty: %j",
    async (env) => {
      await expect(
        resolve("env:REFILL_SECRET_URL", { env }),
      ).rejects.toMatchObject({
        code: "SECRET_NOT_FOUND",
        message: expect.stringContaining("REFILL_SECRET_URL"),
      });
    },
  );

  test("can't reach what every object has", async () => {
    const access = { secretEnvPrefix: "_" };
    await expect(resolve("env:__proto__", { access })).rejects.toMatchObject({
      code: "SECRET_NOT_FOUND",
    });
  });

  test.each([
    "hunter2",
    "host=db password=hunter2",
    `${url}\n${url}`,
    "/run/hunter2",
  ])("that holds no URL is refused without showing it: %#", async (value) => {
    const env = { REFILL_SECRET_URL: value };
    const refused = resolve("env:REFILL_SECRET_URL", { env });
    await expect(refused).rejects.toMatchObject({
      code: "SECRET_INVALID",
      message: expect.not.stringContaining("hunter2"),
    });
  });
});

test.each([
  url,
  "hunter2",
  "env:",
  "env:a-b",
  "ENV:A",
  "file:",
  "",
  "default ",
])("%s is no reference, and is not repeated", async (reference) => {
  await expect(resolve(reference)).rejects.toMatchObject({
    code: "SECRET_NOT_ALLOWED",
    message: expect.not.stringContaining("hunter2"),
  });
});

describe("file:PATH", () => {
  let base = "";
  let folder = "";
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "refill-secrets-"));
    folder = join(base, "secrets");
    await mkdir(join(folder, "flights"), { recursive: true });
    await mkdir(join(base, "secrets-of-others"));
    await writeFile(join(folder, "flights", "url"), `${url}\n`);
    await writeFile(join(folder, "plain"), url);
    await writeFile(join(folder, "two-lines"), `${url}\n\n`);
    await writeFile(join(folder, "large"), url.padEnd(20_000, "x"));
    await writeFile(join(base, "outside"), url);
    await writeFile(join(base, "secrets-of-others", "url"), url);
    await symlink(join(folder, "plain"), join(folder, "inner-link"));
    await symlink(join(base, "outside"), join(folder, "outer-link"));
    await symlink(base, join(folder, "up"));
    await symlink(folder, join(base, "linked"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
  });
  afterAll(async () => {
    await rm(base, { recursive: true });
  });

  const read = (path: string, secretFolder: string | null = folder) =>
    resolve(`file:${path}`, { access: { secretFolder } });

  test("is the file's text without the line break at its end", async () => {
    await expect(read("flights/url")).resolves.toBe(url);
    await expect(read("plain")).resolves.toBe(url);
    await expect(read(join(folder, "flights", "url"))).resolves.toBe(url);
  });

  test("loses one line break, not more", async () => {
    await expect(read("two-lines")).rejects.toMatchObject({
      code: "SECRET_INVALID",
    });
  });

  test("may be a link that stays below the folder, and the folder may be a link", async () => {
    await expect(read("inner-link")).resolves.toBe(url);
    await expect(read("plain", join(base, "linked"))).resolves.toBe(url);
  });

  test("is refused where no folder is allowed", async () => {
    await expect(read("plain", null)).rejects.toMatchObject({
      code: "SECRET_NOT_ALLOWED",
    });
  });

  test.each([
    "../outside",
    "flights/../../outside",
    "outer-link",
    "up/outside",
    "/etc/passwd",
    "../secrets-of-others/url",
    ".",
    "a\0b",
  ])("can't lead out of the folder: %j", async (path) => {
    await expect(read(path)).rejects.toMatchObject({
      code: "SECRET_NOT_ALLOWED",
    });
  });

  test("can't lead to a sibling whose name begins alike", async () => {
    await expect(
      read(join(base, "secrets-of-others", "url")),
    ).rejects.toMatchObject({ code: "SECRET_NOT_ALLOWED" });
  });

  test("that is missing is named", async () => {
    await expect(read("missing")).rejects.toMatchObject({
      code: "SECRET_NOT_FOUND",
      message: expect.stringContaining("file:missing"),
    });
  });

  test.each(["large", "flights", "pipe"])(
    "that is no small plain file is refused: %s",
    async (path) => {
      await expect(read(path)).rejects.toMatchObject({
        code: "SECRET_INVALID",
      });
    },
  );
});

describe("a secret that is no connection", () => {
  const key = "wJalrXUtnFEMI/K7MDENG";
  const resolveKey = (
    reference: string,
    env: Readonly<Record<string, string>> = {},
    access: Partial<AccessPolicy> = {},
  ) => resolveSecret({ reference, access: { ...policy, ...access }, env });

  test("is a variable with the allowed prefix, or the one line of a file below the folder", async () => {
    const env = { REFILL_SECRET_KEY: key };
    expect(await resolveKey("env:REFILL_SECRET_KEY", env)).toBe(key);
    const folder = await mkdtemp(join(tmpdir(), "refill-secrets-"));
    await writeFile(join(folder, "key"), `${key}\n`);
    const access = { secretFolder: folder };
    expect(await resolveKey("file:key", {}, access)).toBe(key);
    await rm(folder, { recursive: true });
  });

  test.each(["env:AWS_SECRET_ACCESS_KEY", "file:key", "default", key])(
    "follows the worker's rules: %#",
    async (reference) => {
      const env = { AWS_SECRET_ACCESS_KEY: key };
      await expect(resolveKey(reference, env)).rejects.toMatchObject({
        code: "SECRET_NOT_ALLOWED",
        message: expect.not.stringContaining(key),
      });
    },
  );

  test.each([`${key} `, `${key}\n${key}`, " "])(
    "that is more than one word is refused without showing it: %#",
    async (value) => {
      const env = { REFILL_SECRET_KEY: value };
      await expect(
        resolveKey("env:REFILL_SECRET_KEY", env),
      ).rejects.toMatchObject({
        code: "SECRET_INVALID",
        message: expect.not.stringContaining(key),
      });
    },
  );
});
