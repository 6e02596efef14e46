import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that systems hand out to outgoing connections (from 32768 on Linux, 49152 on macOS): a client that
 * keeps trying a dead server's port in that range can connect to itself and so take the port away from the server.
 */
const firstPort = 20_000;
const endPort = 32_000;

/** A TCP port of 127.0.0.1 that nothing listens on, not among `taken`: `preferred` where it is free, so that links last. */
export async function freePort({
  preferred,
  taken,
}: {
  readonly preferred: number | null;
  readonly taken: readonly number[];
}): Promise<number> {
  if (preferred !== null && !taken.includes(preferred)) {
    if (await isFree(preferred)) return preferred;
  }
  for (;;) {
    const port = randomInt(firstPort, endPort);
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
