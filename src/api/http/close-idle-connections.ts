import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

const LOOK_MS = 100;

/**
 * Lets a server that is to end wait for requests in hand alone. By itself it would wait for over a minute for two kinds
 * of connection: one whose last answer was still on its way, and one that a browser opened in advance and never used.
 */
export function closeIdleConnections(app: FastifyInstance): void {
  const { server } = app;
  const unused = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.on("request", ({ socket }) => unused.delete(socket));
  app.addHook("preClose", (done) => {
    done();
    if (!server.listening) return;
    const close = () => {
      server.closeIdleConnections();
      for (const socket of unused) socket.destroy();
    };
    const timer = setInterval(close, LOOK_MS);
    server.once("close", () => {
      clearInterval(timer);
    });
  });
}
