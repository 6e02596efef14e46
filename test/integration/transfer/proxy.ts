import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Proxy {
  /** The given connection string, through the proxy. */
  readonly url: string;
  /** Ends every connection as a network does that fails; new ones are taken. */
  cut(): void;
  close(): Promise<void>;
}

/** Stands between a client and Postgres, and passes on what the filter makes of each message of the server. */
export async function startProxy(
  databaseUrl: string,
  filter: (message: Buffer) => Buffer,
): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let pending = Buffer.alloc(0);
    upstream.on("data", (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (let next = wholeMessage(pending); next > 0;) {
        client.write(filter(pending.subarray(0, next)));
        pending = pending.subarray(next);
        next = wholeMessage(pending);
      }
    });
    client.on("data", (bytes) => upstream.write(bytes));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    close: () => {
      cut();
      return new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    },
  };
}

/** The size of the message that the bytes begin with; 0 where it is not there whole. */
function wholeMessage(bytes: Buffer): number {
  if (bytes.length < 5) return 0;
  const size = bytes.readUInt32BE(1) + 1;
  return size <= bytes.length ? size : 0;
}
