import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { outputIdentity } from "../../src/definition/output-identity.js";
import { validateDefinition } from "../../src/definition/read-definition.js";
import { canonicalJson } from "../../src/domain/canonical-json.js";
import { flights } from "./flights.js";

const { format: _, ...withoutFormat } = flights;

const query = {
  type: "postgres",
  connection: "default",
  query: "select 1",
  timestamp_column: "at",
};
const rest = { name: "x", team: 0, interval: "hour", source: query };

/**
 * Plans are pinned with the definition as it is stored, and coverage compares what definitions write: a change of either
 * makes every plan's digest another one, and everything that was exported stale.
 */
test.each([
  [
    "every default",
    {
      ...rest,
      destination: { type: "files", path: "x", key: "{data_interval_start}" },
    },
    `{"destination":{"key":"{data_interval_start}","max_file_size_mb":null,"path":"x","type":"files"},"format":{"compression":"gzip","level":null,"numbers":"digits","type":"jsonl"},"interval":"hour","name":"x","offset":null,"source":{"columns":null,"connection":"default","query":"select 1","table":null,"timestamp_column":"at","timestamp_timezone":null,"type":"postgres","where":null},"team":0,"timezone":"UTC"}`,
    "7c2b8820cc3a60e9a06e4263c3c3bf3cb6610bee1add99a221f5fcc68a3d2122",
  ],
  [
    "files of CSV",
    flights,
    `{"destination":{"key":"{name}/{year}/{month}/{day}/{data_interval_start}-{data_interval_end}","max_file_size_mb":null,"path":"flights","type":"files"},"format":{"compression":"none","header":true,"level":null,"null_text":"\\\\N","type":"csv"},"interval":"day","name":"flights","offset":"5h","source":{"columns":["departed_at","origin","delay"],"connection":"env:REFILL_SECRET_FLIGHTS_URL","query":null,"table":"public.flights","timestamp_column":"departed_at","timestamp_timezone":null,"type":"postgres","where":"cancelled is not true"},"team":1,"timezone":"America/New_York"}`,
    "c2ef985c8d7da3cf8647b36cc54b9b30ffa829d99626832134383046c4958250",
  ],
  [
    "Parquet in S3, with a cap",
    {
      ...flights,
      format: { type: "parquet" },
      destination: {
        type: "s3",
        bucket: "exports",
        prefix: "a/b",
        endpoint: "http://127.0.0.1:9000/",
        access_key_id: "env:REFILL_SECRET_ID",
        secret_access_key: "file:s3/key",
        key: "{data_interval_start}",
        max_file_size_mb: 64,
        max_concurrent_runs: 4,
      },
    },
    `{"destination":{"access_key_id":"env:REFILL_SECRET_ID","bucket":"exports","endpoint":"http://127.0.0.1:9000","key":"{data_interval_start}","max_concurrent_runs":4,"max_file_size_mb":64,"path_style":true,"prefix":"a/b","region":null,"secret_access_key":"file:s3/key","sse":null,"type":"s3"},"format":{"compression":"zstd","level":null,"type":"parquet"},"interval":"day","name":"flights","offset":"5h","source":{"columns":["departed_at","origin","delay"],"connection":"env:REFILL_SECRET_FLIGHTS_URL","query":null,"table":"public.flights","timestamp_column":"departed_at","timestamp_timezone":null,"type":"postgres","where":"cancelled is not true"},"team":1,"timezone":"America/New_York"}`,
    "d5f0c484694182e9db0f3ca0aa01f047ee0d68858bee1cdaca7420877390ff05",
  ],
  [
    "a table, its cap taken away",
    {
      ...withoutFormat,
      destination: {
        type: "postgres",
        connection: "env:REFILL_SECRET_WAREHOUSE",
        table: "public.flights",
        max_concurrent_runs: null,
      },
    },
    `{"destination":{"connection":"env:REFILL_SECRET_WAREHOUSE","create":false,"table":"public.flights","type":"postgres"},"format":null,"interval":"day","name":"flights","offset":"5h","source":{"columns":["departed_at","origin","delay"],"connection":"env:REFILL_SECRET_FLIGHTS_URL","query":null,"table":"public.flights","timestamp_column":"departed_at","timestamp_timezone":null,"type":"postgres","where":"cancelled is not true"},"team":1,"timezone":"America/New_York"}`,
    "b580a29231eb861a1c6f30558047d2ca57cd8cef6187c46d810c4f2e77f14e2d",
  ],
])("the stored form stays as it is: %s", (_what, value, stored, identity) => {
  const definition = validateDefinition(value);
  expect(canonicalJson(definition)).toBe(stored);
  const hash = createHash("sha256").update(outputIdentity(definition));
  expect(hash.digest("hex")).toBe(identity);
});
