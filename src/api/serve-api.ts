import type { AddressInfo } from "node:net";
import { RefillError } from "../domain/errors.js";
import type { OperationContext } from "../operations/context.js";
import type { Tracing } from "../telemetry/tracing.js";
import { keyAccess } from "./access/key-access.js";
import { localAccess } from "./access/local-access.js";
import { buildServer } from "./build-server.js";

export interface ServeOptions {
  readonly context: OperationContext;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly requestsPerSecond: number;
  /** `local` asks for no key, and is for loopback alone. */
  readonly access: "keys" | "local";
  readonly say: (line: string) => void;
  readonly tracing: Tracing;
}

export interface ApiServer {
  readonly url: string;
  /** Lets requests in hand end. */
  close(): Promise<void>;
}

/** A page of the status page asks for much at once. */
const BURST_SECONDS = 10;

/**
 * Serves the API until it is closed.
 * @throws RefillError CONFIG_INVALID when it can't listen there
 */
export async function serveApi(options: ServeOptions): Promise<ApiServer> {
  const { context, host, port, requestsPerSecond } = options;
  const app = await buildServer({
    context,
    access: options.access === "keys" ? keyAccess(context) : localAccess(),
    rateLimit: {
      burst: requestsPerSecond * BURST_SECONDS,
      perSecond: requestsPerSecond,
    },
    say: options.say,
    tracing: options.tracing,
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new RefillError(
      "CONFIG_INVALID",
      `Expected to listen on ${host}, port ${String(port)}; got ${String(error)}. Set REFILL_API_HOST and REFILL_API_PORT.`,
      { cause: error },
    );
  }
  const address = app.server.address() as AddressInfo;
  const name =
    address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${String(address.port)}`,
    close: () => app.close(),
  };
}
