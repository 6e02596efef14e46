import { type ApiServer, serveApi } from "../../api/serve-api.js";
import { rememberedApiPort } from "../../embedded/api-port.js";
import type { Servers } from "../../embedded/servers.js";
import { openTracing, SERVICE_FLUSH_MS } from "../../telemetry/open-tracing.js";
import { API_CONNECTIONS, openContextFor } from "../context.js";
import type { Invocation } from "../invocation.js";

/**
 * Serves the API of a `refill dev`: on loopback, without keys, for these servers.
 * @throws RefillError DATABASE_UNAVAILABLE, CONFIG_INVALID when it can't listen
 */
export async function serveDevApi(
  { config, output }: Pick<Invocation<[], object>, "config" | "output">,
  servers: Servers,
): Promise<ApiServer> {
  const tracing = await openTracing({
    settings: config.tracing,
    service: "refill-server",
    say: output.notice,
  });
  const source = { config, tracing, connections: API_CONNECTIONS };
  const open = await openContextFor(servers, source);
  try {
    const server = await serveApi({
      context: open.context,
      host: "127.0.0.1",
      port: config.api.port ?? (await rememberedApiPort(config.dataDir)),
      requestsPerSecond: config.api.requestsPerSecond,
      access: "local",
      say: output.notice,
      tracing,
    });
    return {
      url: server.url,
      close: async () => {
        await server.close();
        await open.close();
        await tracing.close(SERVICE_FLUSH_MS);
      },
    };
  } catch (error) {
    await open.close();
    throw error;
  }
}
