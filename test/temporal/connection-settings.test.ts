import { afterEach, expect, test } from "@jest/globals";
import { connectionSettings } from "../../src/temporal/connect.js";

const target = { address: "127.0.0.1:7233", explicit: true };
const variables = ["TEMPORAL_TLS_SERVER_CA_CERT_PATH", "TEMPORAL_PROFILE"];

afterEach(() => {
  for (const name of variables) Reflect.deleteProperty(process.env, name);
});

test.each([
  ["TEMPORAL_TLS_SERVER_CA_CERT_PATH", "/nowhere/ca.pem"],
  ["TEMPORAL_PROFILE", "nobodys"],
])(
  "a setting of Temporal's that names what is not there is a fault of the configuration: %s",
  (name, value) => {
    process.env[name] = value;
    expect(() => connectionSettings(target)).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        message: expect.stringContaining(value) as unknown,
      }),
    );
  },
);
