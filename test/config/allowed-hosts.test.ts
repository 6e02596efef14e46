import { describe, expect, test } from "@jest/globals";
import pg from "pg";
import { isHostAllowed } from "../../src/config/allowed-hosts.js";
import { assertHostAllowed } from "../../src/config/secrets.js";

const allowedHosts = [
  "db.example.com",
  "10.0.0.7",
  "::1",
  "/run/postgresql",
  "Mixed.Example.com",
];

function check(connectionString: string, hosts = allowedHosts): void {
  assertHostAllowed(connectionString, {
    secretEnvPrefix: "REFILL_SECRET_",
    secretFolder: null,
    allowDefaultConnection: false,
    allowedHosts: hosts,
  });
}

/** Where the driver would connect to. */
function driverHost(connectionString: string): string {
  return new pg.Client({ connectionString }).host;
}

const allowed = [
  "postgres://u:p@db.example.com/d",
  "postgresql://u:p@DB.EXAMPLE.COM:6543/d",
  "postgres://u:p@db.example.com./d",
  "postgres://u:p@10.0.0.7/d",
  "postgres://u:p@[::1]:5432/d",
  "postgres://u:p@mixed.example.com/d",
  "postgres://u:p@%2Frun%2Fpostgresql/d",
  "postgres:///d?host=/run/postgresql",
  "postgres://u:p@db.example.com/d?host=10.0.0.7",
  "postgres://u:p%40evil.com@db.example.com/d",
  "postgres://u:p@db.example.com/d?application_name=evil.com",
];

const refused = [
  "postgres://u:p@evil.com/d",
  "postgres://db.example.com:p@evil.com/d",
  "postgres://db.example.com@evil.com/d",
  "postgres://u:p@db.example.com.evil.com/d",
  "postgres://u:p@evil-db.example.com/d",
  "postgres://u:p@db.example.com/d?host=evil.com",
  "postgres://u:p@db.example.com/d?%68ost=evil.com",
  "postgres://u:p@db.example.com/d?host=db.example.com&host=evil.com",
  "postgres://u:p@db.example.com/d?host=evil.com&host=db.example.com",
  "postgres://u:p@db.example.com/d?hostaddr=6.6.6.6",
  "postgres://u:p@db.example.com/d?service=other",
  "postgres://u:p@db.example.com/d?host=db.example.com,evil.com",
  "postgres://u:p@db.example.com,evil.com/d",
  "postgres://u:p@%65vil.com/d",
  "postgres://u:p@db.example.com%00.evil.com/d",
  "postgres://u:p@%2Ftmp/d",
  "postgres:///d",
  "postgres:///d?service=db.example.com",
  "postgres:///d?host=",
  "postgres://u:p@/d",
  "postgres://u:p@/d?host=evil.com",
  "postgres://u:p@[::2]/d",
  "postgres://u:p@db.example.com\\@evil.com/d",
  "postgres://u:p @evil.com/@db.example.com/d",
  "postgres://u:p%@db.example.com/d",
  "postgres://u:p@db.example.com\n/d",
  "host=db.example.com dbname=d",
  "/run/postgresql d",
  "socket:/run/postgresql?db=d",
  "//evil.com/d",
  "db.example.com",
  "http://db.example.com/d",
  "",
];

describe("the allow-list of hosts", () => {
  test.each(allowed)("allows %s", (connectionString) => {
    check(connectionString);
    const host = driverHost(connectionString).toLowerCase().replace(/\.$/, "");
    const hosts = allowedHosts.map((name) => name.toLowerCase());
    expect(hosts).toContain(host);
  });

  test.each(refused)("refuses %s", (connectionString) => {
    expect(() => {
      check(connectionString);
    }).toThrow(expect.objectContaining({ code: "SOURCE_HOST_NOT_ALLOWED" }));
  });

  test("allows anything when it is empty", () => {
    check("postgres://u:p@evil.com/d", []);
  });

  test("never shows a password", () => {
    for (const connectionString of [
      "postgres://u:hunter2@evil.com/d",
      "postgres://u:hunter2 @db.example.com/d",
      "host=db password=hunter2",
    ]) {
      expect(() => {
        check(connectionString);
      }).toThrow(
        expect.objectContaining({
          message: expect.not.stringContaining("hunter2"),
        }),
      );
    }
  });
});

describe("a host by itself", () => {
  const allows = (host: string, allowedHosts: readonly string[]) =>
    isHostAllowed(host, { allowedHosts });

  test("may be any where the list is empty", () => {
    expect(allows("s3.example.com", [])).toBe(true);
  });

  test("must be on the list otherwise, in any spelling of one address", () => {
    expect(allows("S3.example.com.", ["s3.Example.com"])).toBe(true);
    expect(allows("[::1]", ["::1"])).toBe(true);
    expect(allows("evil.s3.example.com", ["s3.example.com"])).toBe(false);
    expect(allows("", ["s3.example.com"])).toBe(false);
  });
});
