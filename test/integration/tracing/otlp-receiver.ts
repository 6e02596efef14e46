import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeSpans } from "./decode-spans.js";

/** A span as it arrived. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Null: of the root. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly events: readonly string[];
  readonly isFailed: boolean;
}

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  readonly spans: () => readonly ReceivedSpan[];
  /** All bytes that came, and all headers, as text. */
  readonly everything: () => string;
  close(): Promise<void>;
}

/** A collector's OTLP over HTTP, in both encodings. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  let everything = "";
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const type = request.headers["content-type"] ?? "";
      everything += `${JSON.stringify(request.headers)}\n${body.toString("latin1")}\n`;
      if (request.url === "/v1/traces") spans.push(...decodeSpans(type, body));
      response
        .writeHead(200, { "content-type": type })
        .end(type === "application/json" ? "{}" : "");
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    spans: () => spans,
    everything: () => everything,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
