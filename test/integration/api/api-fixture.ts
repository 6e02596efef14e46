import { afterAll, beforeAll } from "@jest/globals";
import type { FastifyInstance } from "fastify";
import { keyAccess } from "../../../src/api/access/key-access.js";
import { localAccess } from "../../../src/api/access/local-access.js";
import type { RateLimit } from "../../../src/api/access/rate-limit.js";
import { buildServer } from "../../../src/api/build-server.js";
import type { StreamLimits } from "../../../src/api/events/stream-limit.js";
import { createApiKey } from "../../../src/operations/access/api-keys.js";
import type { OperationContext } from "../../../src/operations/context.js";
import type { ApiScope } from "../../../src/store/access/api-key-rows.js";
import {
  createEvents,
  createInstallation,
  type Installation,
  type InstallationOptions,
} from "../backfill/installation.js";
import { expectDocumented } from "./documented-answers.js";

export type ApiFixture = ReturnType<typeof apiFixture>;

/** What another server on the same installation has of its own. */
export interface ApiVariant {
  readonly access?: "keys" | "local";
  readonly context?: Partial<OperationContext>;
  readonly rateLimit?: RateLimit;
}

/** An API, with keys unless it is to be local, on an installation of the test file's own with a week of events and no worker. */
export function apiFixture(
  access: "keys" | "local" = "keys",
  options: {
    readonly streamLimits?: StreamLimits;
    /** Where the installation is made; absent: on the servers that tests share. */
    readonly servers?: () => Promise<InstallationOptions["servers"]>;
  } = {},
) {
  let refill: Installation;
  let app: FastifyInstance;
  let origin: string;
  const faults: string[] = [];
  beforeAll(async () => {
    const servers = await options.servers?.();
    refill = await createInstallation(servers === undefined ? {} : { servers });
    await createEvents(refill.pool, {
      start: "2024-03-01",
      end: "2024-03-08",
      every: "1 hour",
    });
    await open();
  });
  const build = (changes: ApiVariant = {}) => {
    const { streamLimits } = options;
    const context = { ...refill.context, ...changes.context };
    return buildServer({
      context,
      access:
        (changes.access ?? access) === "keys"
          ? keyAccess(context)
          : localAccess(),
      rateLimit: changes.rateLimit ?? { burst: 10_000, perSecond: 10_000 },
      ...(streamLimits === undefined ? {} : { streamLimits }),
      say: (line) => faults.push(line),
    });
  };
  const open = async () => {
    app = await build();
    origin = await app.listen({ host: "127.0.0.1", port: 0 });
  };
  afterAll(async () => {
    await app.close();
    await refill.remove();
  });
  return {
    refill: () => refill,
    origin: () => origin,
    faults,
    /** Ends the server and begins another, at another port. */
    restart: async () => {
      await app.close();
      await open();
    },
    /** Another server on the same installation, which whoever asked for it closes. */
    variant: async (changes: ApiVariant) => {
      const other = await build(changes);
      return {
        origin: await other.listen({ host: "127.0.0.1", port: 0 }),
        close: () => other.close(),
      };
    },
    key: async (team: number, scope: ApiScope): Promise<string> => {
      const { key } = await createApiKey(refill.context, {
        team,
        name: `team ${String(team)}`,
        scopes: [scope],
      });
      return key;
    },
    ask: async (
      key: string | null,
      method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH",
      url: string,
      body?: object,
      headers: Readonly<Record<string, string>> = {},
    ) => {
      const answer = await fetch(new URL(url, origin), {
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      expectDocumented({ method, url }, { status: answer.status, text });
      return {
        status: answer.status,
        text,
        header: (name: string) => answer.headers.get(name),
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows what it asked for
        json: <T>() => JSON.parse(text) as T,
      };
    },
  };
}

/** A definition of the week's events by day, as a body. */
export function eventsDefinition(name: string): Record<string, unknown> {
  return {
    name,
    interval: "day",
    source: {
      type: "postgres",
      connection: "default",
      table: "public.events",
      timestamp_column: "at",
    },
    destination: {
      type: "files",
      path: name,
      key: "{data_interval_start}-{data_interval_end}",
    },
    format: { type: "jsonl", compression: "none" },
  };
}
