import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { RefillError } from "../domain/errors.js";
import type { RunMetrics } from "./run-metrics.js";

export interface ProbeOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Whether the worker takes work now. */
  readonly isReady: () => Promise<boolean>;
  readonly metrics: RunMetrics;
}

export interface WorkerProbes {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves what watches a worker: `/healthz` as long as the process answers, `/readyz` while it takes work, `/metrics` for
 * Prometheus. They tell nothing that needs a key.
 * @throws RefillError CONFIG_INVALID where it can't listen there
 */
export async function serveProbes(
  options: ProbeOptions,
): Promise<WorkerProbes> {
  const server = createServer((request, response) => {
    answer(request.url ?? "", options, response).catch(() => {
      send(response, 500, "failed\n");
    });
  });
  server.listen(options.port, options.host);
  await once(server, "listening").catch((error: unknown) => {
    throw new RefillError(
      "CONFIG_INVALID",
      `Expected to listen on ${options.host}, port ${String(options.port)}; got ${String(error)}. Set REFILL_WORKER_HOST and REFILL_WORKER_PORT.`,
    );
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  url: string,
  { isReady, metrics }: ProbeOptions,
  response: ServerResponse,
): Promise<void> {
  const [path = ""] = url.split("?");
  switch (path) {
    case "/healthz":
      send(response, 200, "alive\n");
      return;
    case "/readyz":
      if (await isReady()) send(response, 200, "ready\n");
      else send(response, 503, "not ready\n");
      return;
    case "/metrics":
      send(response, 200, await metrics.text(), metrics.contentType);
      return;
    default:
      send(response, 404, "not found\n");
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  contentType = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, { "content-type": contentType }).end(body);
}
