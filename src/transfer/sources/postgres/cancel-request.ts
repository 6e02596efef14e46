import type { Socket } from "node:net";
import pg, { type Client } from "pg";

const requestTimeoutMs = 5_000;

/** What pg knows of a session and its type declarations leave out. */
interface Session {
  readonly processID: number;
  readonly secretKey: number;
  readonly ssl: boolean | object;
}

interface CancelConnection extends NodeJS.EventEmitter {
  readonly stream: Socket;
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
}

/**
 * Asks the server, over a connection of its own, to stop what the client's session is doing.
 * Resolves when the server has taken the request, or after 5 s; it never throws.
 */
export function sendCancelRequest(client: Client): Promise<void> {
  const { processID, secretKey, ssl } = client as unknown as Session;
  const Connection = pg.Connection as unknown as new (config: {
    ssl: boolean | object;
  }) => CancelConnection;
  const connection = new Connection({ ssl });
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => connection.stream.destroy(),
      requestTimeoutMs,
    );
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const send = () => {
      connection.cancel(processID, secretKey);
    };
    connection.on("connect", () => {
      if (ssl === false) send();
      else connection.requestSsl();
    });
    connection.on("sslconnect", send);
    connection.on("error", done);
    connection.on("end", done); // the server closes once it has passed the request on
    if (client.host.startsWith("/")) {
      connection.connect(`${client.host}/.s.PGSQL.${client.port}`);
    } else {
      connection.connect(client.port, client.host);
    }
  });
}
