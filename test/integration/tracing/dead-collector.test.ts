import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createEvents, createEventsExport } from "../backfill/installation.js";
import { createOperator, type Operator } from "../client/operator.js";

let operator: Operator;
/** Takes connections, and never says a word. */
let silent: Server;

beforeAll(async () => {
  operator = await createOperator();
  await createEvents(operator.refill.pool, {
    start: "2024-03-01",
    end: "2024-03-08",
    every: "1 hour",
  });
  await createEventsExport(operator.refill.context);
  silent = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
});

const sockets = new Set<{ destroy(): void }>();

afterAll(async () => {
  await operator.remove();
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test.each([
  // The port of discard: nobody listens.
  ["where nobody listens", () => 9],
  ["that never answers", () => (silent.address() as AddressInfo).port],
])(
  "a collector %s changes neither a backfill, nor a command's answer, nor a worker's end",
  async (_what, port) => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(port())}`,
    };
    const worker = operator.startWorker(env);
    const { exitCode, document } = await operator.json(
      [
        "backfill",
        "start",
        "events",
        "--wait",
        "--start",
        "2024-03-01",
        "--end",
        "2024-03-08",
      ],
      env,
    );
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ status: "Completed" });
    await worker.stop();
    expect(worker.said()).not.toContain("failed");
  },
);

test("a protocol that is not spoken turns traces off, with a warning, and nothing else", async () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
  };
  const { exitCode, stderr } = await operator.run(["backfill", "list"], env);
  expect(exitCode).toBe(0);
  expect(stderr).toContain("WARNING No traces are sent");
});
