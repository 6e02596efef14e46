import { describe, expect, test } from "@jest/globals";
import { definitionToDocument } from "../../src/definition/definition-document.js";
import { validateDefinition } from "../../src/definition/read-definition.js";
import { flights, problemsOf, refusal } from "./flights.js";

const full = {
  type: "s3",
  bucket: "exports",
  prefix: "refill/flights",
  region: "eu-central-1",
  endpoint: "https://s3.example.com:9000",
  path_style: false,
  sse: "aws:kms",
  access_key_id: "env:REFILL_SECRET_KEY",
  secret_access_key: "file:s3/key",
  key: "{year}/{data_interval_start}",
  max_file_size_mb: 256,
} as const;

function s3With(changes: Readonly<Record<string, unknown>>): unknown {
  const destination = { ...full, ...changes };
  return JSON.parse(JSON.stringify({ ...flights, destination }));
}

describe("a definition with an s3 destination", () => {
  test("is the same again after a round through the file's shape, in its order", () => {
    const definition = validateDefinition(s3With({}));
    expect(definition.destination).toEqual(full);
    const document = definitionToDocument(definition);
    expect(validateDefinition(document)).toEqual(definition);
    expect(Object.keys(document["destination"] as object)).toEqual(
      Object.keys(full),
    );
  });

  test("needs a bucket and a key, and gets Amazon's defaults for the rest", () => {
    const { bucket, key } = full;
    const definition = validateDefinition({
      ...flights,
      destination: { type: "s3", bucket, key },
    });
    expect(definition.destination).toEqual({
      type: "s3",
      bucket,
      key,
      prefix: null,
      region: null,
      endpoint: null,
      path_style: false,
      sse: null,
      access_key_id: null,
      secret_access_key: null,
      max_file_size_mb: null,
    });
  });

  test("puts the bucket into the path where a server of one's own is named, unless told otherwise", () => {
    const { destination } = validateDefinition(
      s3With({ endpoint: "http://127.0.0.1:9000/", path_style: undefined }),
    );
    expect(destination).toMatchObject({
      endpoint: "http://127.0.0.1:9000",
      path_style: true,
    });
  });

  test("gets all problems at once, each with its place", () => {
    const paths = problemsOf(
      s3With({
        buckt: "b",
        bucket: "No/Bucket",
        prefix: "../up",
        region: "Frankfurt am Main",
        endpoint: "s3.example.com",
        path_style: "yes",
        sse: "rot13",
        access_key_id: undefined,
        key: "{yaer}",
        max_file_size_mb: 0,
      }),
    ).map(({ path }) => path);
    expect(paths.sort()).toEqual(
      [
        "destination.buckt",
        "destination.bucket",
        "destination.prefix",
        "destination.region",
        "destination.endpoint",
        "destination.path_style",
        "destination.sse",
        "destination.access_key_id",
        "destination.key",
        "destination.max_file_size_mb",
      ].sort(),
    );
  });

  test("hears the keys of its own type when one is misspelt", () => {
    expect(problemsOf(s3With({ regoin: "eu-central-1" }))).toEqual([
      {
        path: "destination.regoin",
        message: "unknown key; did you mean region?",
      },
    ]);
  });

  test.each(["ab", "a".repeat(64), "-ab", "a/b", "a..b", "a b", ""])(
    "can't name the bucket %j",
    (bucket) => {
      expect(problemsOf(s3With({ bucket }))[0]?.path).toBe(
        "destination.bucket",
      );
    },
  );

  test.each(["", "/a", "a/", "a//b", "..", "a/../b", "a\\b"])(
    "can't begin its keys with %j",
    (prefix) => {
      expect(problemsOf(s3With({ prefix }))[0]?.path).toBe(
        "destination.prefix",
      );
    },
  );

  test("leaves room for the prefix and a suffix in the 1,024 bytes of a key", () => {
    const prefix = Array.from({ length: 5 }, () => "p".repeat(200)).join("/");
    expect(problemsOf(s3With({ prefix })).map(({ path }) => path)).toEqual([
      "destination.key",
    ]);
  });

  test.each([
    "example.com",
    "ftp://example.com",
    "http://",
    "http://example.com/path",
    "http://example.com?x=1",
    "http://example.com:port",
    "http://example.com:70000",
    "http://a b",
  ])("can't reach a server at %j", (endpoint) => {
    expect(problemsOf(s3With({ endpoint }))[0]?.path).toBe(
      "destination.endpoint",
    );
  });

  test.each(["http://[::1]:9000", "http://127.0.0.1:9000", "https://minio"])(
    "reaches a server at %j",
    (endpoint) => {
      const { destination } = validateDefinition(s3With({ endpoint }));
      expect(destination).toMatchObject({ endpoint });
    },
  );

  const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  test.each([
    ["as its own key", { secret_access_key: secret }],
    ["as the id of a key", { access_key_id: secret }],
    ["as the default", { secret_access_key: "default", region: secret }],
    ["in the endpoint", { endpoint: `https://key:${secret}@s3.example.com` }],
    ["as the bucket", { bucket: secret }],
    ["as the encryption", { sse: secret }],
    ["as the size of a file", { max_file_size_mb: secret }],
    ["under an unknown key", { session_token: secret }],
  ])("does not repeat a secret that it is given %s", (_, changes) => {
    const error = refusal(() => validateDefinition(s3With(changes)));
    const everything = `${error.message} ${JSON.stringify(error.details)}`;
    expect(error.code).toBe("DEFINITION_INVALID");
    expect(everything).not.toContain(secret);
  });

  test("refuses the id of an access key in clear text wherever it stands", () => {
    const prefix = `a/AKIAIOSFODNN7EXAMPLE`;
    const problems = problemsOf(s3With({ prefix }));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toBe("destination.prefix");
    expect(problems[0]?.message).not.toContain("AKIA");
  });
});
