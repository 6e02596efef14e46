import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { TLSSocket } from "node:tls";

const folder = join(__dirname, "tls");
const key = readFileSync(join(folder, "server.key"));
const cert = readFileSync(join(folder, "server.crt"));

/** The authority that signed the proxy's certificate, which is for `localhost` alone. */
export const authorityFile = join(folder, "ca.crt");

/** What a client sends to ask for TLS (PostgreSQL documentation, chapter 54.7). */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

export interface TlsProxy {
  /** The database through TLS, under a name of this machine. */
  urlAt(host: string, settings: Readonly<Record<string, string>>): string;
  close(): Promise<void>;
}

/** Stands before a Postgres and speaks TLS for it, as one with a certificate of its own does. Plain clients are cut off. */
export async function startTlsProxy(databaseUrl: string): Promise<TlsProxy> {
  const target = new URL(databaseUrl);
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (first) => {
      if (!sslRequest.equals(first)) {
        socket.destroy();
        return;
      }
      const secure = new TLSSocket(socket, { isServer: true, key, cert });
      const upstream = connect(Number(target.port), target.hostname);
      secure.on("error", () => upstream.destroy());
      upstream.on("error", () => secure.destroy());
      secure.pipe(upstream).pipe(secure);
      socket.on("close", () => upstream.destroy());
      socket.write("S");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlAt: (host, settings) => {
      const url = new URL(databaseUrl);
      url.host = `${host}:${port}`;
      for (const [name, value] of Object.entries(settings)) {
        url.searchParams.set(name, value);
      }
      return url.href;
    },
    close: () =>
      new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  };
}
