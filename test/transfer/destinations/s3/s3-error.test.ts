import { expect, test } from "@jest/globals";
import {
  reportedOf,
  s3Error,
} from "../../../../src/transfer/destinations/s3/s3-error.js";

/** As the SDK throws what a server answers. */
function answered(name: string, status: number) {
  return Object.assign(new Error(`The server said ${name}.`), {
    name,
    $metadata: { httpStatusCode: status },
  });
}

/** As Node throws what befalls a connection. */
function befell(code: string) {
  return Object.assign(new Error(`connect ${code} 10.0.0.7:443`), { code });
}

test.each([
  ["NoSuchBucket", 404, "DESTINATION_NOT_FOUND"],
  ["InvalidAccessKeyId", 403, "DESTINATION_AUTH_FAILED"],
  ["SignatureDoesNotMatch", 403, "DESTINATION_AUTH_FAILED"],
  ["AccessDenied", 403, "DESTINATION_UNWRITABLE"],
  ["PermanentRedirect", 301, "DESTINATION_UNWRITABLE"],
  ["AuthorizationHeaderMalformed", 400, "DESTINATION_UNWRITABLE"],
  ["InvalidArgument", 400, "DESTINATION_UNWRITABLE"],
  ["NotImplemented", 501, "DESTINATION_UNWRITABLE"],
  ["ExpiredToken", 400, "DESTINATION_UNAVAILABLE"],
  ["RequestTimeTooSkewed", 403, "DESTINATION_UNAVAILABLE"],
  ["RequestTimeout", 400, "DESTINATION_UNAVAILABLE"],
  ["BadDigest", 400, "DESTINATION_UNAVAILABLE"],
  ["SlowDown", 503, "DESTINATION_UNAVAILABLE"],
  ["InternalError", 500, "DESTINATION_UNAVAILABLE"],
  ["SomethingNew", 503, "DESTINATION_UNAVAILABLE"],
  ["SomethingNew", 429, "DESTINATION_UNAVAILABLE"],
  ["SomethingNew", 418, "DESTINATION_UNWRITABLE"],
  ["XMinioStorageFull", 507, "DESTINATION_FULL"],
  ["QuotaExceeded", 403, "DESTINATION_FULL"],
])("an answer of %s with %d is %s", (name, status, code) => {
  const error = s3Error(answered(name, status), "look");
  expect(error).toMatchObject({ code, details: { reported: name, status } });
  expect(error.message).toContain(`Could not look: ${name}:`);
  expect(error.message).toContain(`(HTTP ${status})`);
});

test.each(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EPIPE", "ETIMEDOUT"])(
  "%s may pass",
  (code) => {
    const error = s3Error(befell(code), "look");
    expect(error.code).toBe("DESTINATION_UNAVAILABLE");
    expect(error.retryable).toBe(true);
    expect(reportedOf(error)).toBe(code);
  },
);

test("credentials that are nowhere to be found need somebody to give some", () => {
  const missing = Object.assign(new Error("Could not load credentials"), {
    name: "CredentialsProviderError",
  });
  const error = s3Error(missing, "look");
  expect(error.code).toBe("DESTINATION_AUTH_FAILED");
  expect(error.retryable).toBe(false);
  expect(error.message).toContain("access_key_id");
});

test.each([undefined, null, "text", 7, {}, new Error("")])(
  "anything else that is thrown may pass: %#",
  (thrown) => {
    const error = s3Error(thrown, "look");
    expect(error.code).toBe("DESTINATION_UNAVAILABLE");
    expect(error.message).toMatch(/^Could not look: \w+: /);
  },
);

test("an error that is explained already stays as it is", () => {
  const error = s3Error(befell("EPIPE"), "look");
  expect(s3Error(error, "do something else")).toBe(error);
  expect(reportedOf(new Error("another"))).toBeNull();
});
