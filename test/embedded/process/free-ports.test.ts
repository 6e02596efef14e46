import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { freePort } from "../../../src/embedded/process/free-ports.js";

const listening: Server[] = [];

afterEach(async () => {
  for (const server of listening.splice(0)) {
    await new Promise((resolve) => server.close(resolve));
  }
});

test("the preferred port is kept when nothing listens on it", async () => {
  const port = await freePort({ preferred: null, taken: [] });
  expect(await freePort({ preferred: port, taken: [] })).toBe(port);
});

test("another port is found when something listens on the preferred one", async () => {
  const port = await freePort({ preferred: null, taken: [] });
  await listen(port);
  expect(await freePort({ preferred: port, taken: [] })).not.toBe(port);
});

test("a port that was given to another server of the same start is not given again", async () => {
  const port = await freePort({ preferred: null, taken: [] });
  expect(await freePort({ preferred: port, taken: [port] })).not.toBe(port);
});

test("ports are below those that systems give to outgoing connections", async () => {
  for (let tries = 0; tries < 20; tries += 1) {
    expect(await freePort({ preferred: null, taken: [] })).toBeLessThan(32_768);
  }
});

async function listen(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen({ port, host: "127.0.0.1" }, resolve);
  });
  listening.push(server);
}
