import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface PrefixProxy {
  /** With the slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** A proxy that serves a server below a prefix, which it takes away, and answers 404 beside it. */
export async function serveBelow(
  prefix: string,
  origin: string,
): Promise<PrefixProxy> {
  const proxy = createServer((asked, answer) => {
    const { url = "", method, headers } = asked;
    if (!url.startsWith(prefix)) {
      answer.writeHead(404).end();
      return;
    }
    const target = new URL(url.slice(prefix.length - 1), origin);
    const passed = request(target, { method, headers }, (found) => {
      answer.writeHead(found.statusCode ?? 500, found.headers);
      found.pipe(answer);
    });
    answer.on("close", () => passed.destroy());
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}${prefix}`,
    close: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
