import {
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** What a request of S3 is about, as far as tests care. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly isPart: boolean;
  readonly isCompletion: boolean;
  readonly headers: IncomingMessage["headers"];
  /** Tells the client's connections apart. */
  readonly connection: number | undefined;
}

/** What becomes of it: passed on, answered here, cut off before or after the server has acted, or only half answered. */
type Fate =
  | "pass"
  | "cut"
  | "lose-answer"
  | "half-answer"
  | { readonly status: number; readonly code: string };

export interface FaultProxy {
  readonly endpoint: string;
  /** Decides about every request from here on. May wait before it does. */
  decide(fate: (seen: Seen) => Fate | Promise<Fate>): void;
  close(): Promise<void>;
}

/** Stands between a client and a server of S3. Signatures stay valid: they are of the host that the client named. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let decide: (seen: Seen) => Fate | Promise<Fate> = () => "pass";
  const server = createServer((incoming, outgoing) => {
    void Promise.resolve(decide(seenOf(incoming))).then((fate) => {
      if (fate === "cut") incoming.socket.destroy();
      else if (typeof fate === "object") refuse(incoming, outgoing, fate);
      else passOn(target, incoming, outgoing, fate);
    });
  });
  // Bodies are passed on as they come, so the server's own answer to "Expect: 100-continue" is not waited for.
  server.on("checkContinue", (incoming, outgoing) => {
    outgoing.writeContinue();
    server.emit("request", incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    decide: (fate) => {
      decide = fate;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    },
  };
}

function seenOf({
  method = "",
  url = "",
  headers,
  socket,
}: IncomingMessage): Seen {
  const { pathname, searchParams: query } = new URL(url, "http://any");
  return {
    method,
    path: decodeURIComponent(pathname),
    query,
    headers,
    connection: socket.remotePort,
    isPart: method === "PUT" && query.has("partNumber"),
    isCompletion: method === "POST" && query.has("uploadId"),
  };
}

function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, code }: { readonly status: number; readonly code: string },
): void {
  incoming.resume();
  incoming.once("end", () => {
    outgoing.writeHead(status, { "content-type": "application/xml" });
    outgoing.end(
      `<?xml version="1.0"?><Error><Code>${code}</Code><Message>As the test wants it.</Message></Error>`,
    );
  });
}

function passOn(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fate: "pass" | "lose-answer" | "half-answer",
): void {
  const { method, url, headers } = incoming;
  const { hostname, port } = new URL(target);
  const upstream = request({
    hostname,
    port,
    method,
    path: url,
    headers,
    setHost: false,
    agent: false,
  });
  upstream.on("error", () => incoming.socket.destroy());
  upstream.once("response", (answer) => {
    if (fate === "lose-answer") {
      answer.resume();
      answer.once("end", () => incoming.socket.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    if (fate === "pass") answer.pipe(outgoing);
    else {
      answer.once("data", (chunk: Buffer) => {
        outgoing.write(chunk, () => incoming.socket.destroy());
      });
    }
  });
  incoming.pipe(upstream);
}
