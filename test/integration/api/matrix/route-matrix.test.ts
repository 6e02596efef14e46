import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { RefillError } from "../../../../src/domain/errors.js";
import { createPool } from "../../../../src/store/database/pool.js";
import { apiFixture } from "../api-fixture.js";
import { type DocumentedRoute, documentedRoutes } from "./documented-routes.js";
import { type RouteCase, routeCases } from "./route-cases.js";
import { createSender, type SentRequest } from "./send.js";
import { createSubject, type Subject, unknownParams } from "./subject.js";

const api = apiFixture();
const variants: { readonly close: () => Promise<unknown> }[] = [];

let reader: string;
let writer: string;
let stranger: string;
let shared: Subject;

beforeAll(async () => {
  reader = await api.key(1, "batch_export:read");
  writer = await api.key(1, "batch_export:write");
  stranger = await api.key(2, "batch_export:write");
  shared = await createSubject(api, writer);
});

afterAll(async () => {
  for (const variant of variants) await variant.close();
});

function caseOf({ operationId }: DocumentedRoute): RouteCase {
  return routeCases[operationId] ?? {};
}

/** The request of a route that would be answered, changed as a test needs it. */
function requestOf(
  route: DocumentedRoute,
  subject: Subject,
  changes: Partial<SentRequest> & {
    readonly params?: Readonly<Record<string, string>>;
  } = {},
): SentRequest {
  const { params, ...rest } = changes;
  const names = { ...subject.params, ...params };
  const path = route.path.replaceAll(
    /\{(\w+)\}/g,
    (_all, name: string) => names[name] ?? "",
  );
  const body = caseOf(route).body?.(subject) ?? {};
  return {
    key: writer,
    method: route.method,
    path,
    ...(route.takesBody ? { body } : {}),
    ...rest,
  };
}

/** Sends a request of each route and holds what is answered to what is expected of all of them. */
async function expectOfEach(
  routes: readonly DocumentedRoute[],
  expected: { readonly status: number; readonly code?: string },
  request: (route: DocumentedRoute) => SentRequest | Promise<SentRequest>,
  send = createSender(api.origin()),
): Promise<void> {
  const answers = [];
  for (const route of routes) {
    const { status, code } = await send(await request(route));
    answers.push([route.operationId, status, expected.code && code]);
  }
  expect(answers).toEqual(
    routes.map(({ operationId }) => [
      operationId,
      expected.status,
      expected.code,
    ]),
  );
  expect(answers.length).toBeGreaterThan(0);
}

const isAnswered = (route: DocumentedRoute) => !caseOf(route).needsPlan;
const ofExports = documentedRoutes.filter((one) => one.params.length > 1);
const writes = documentedRoutes.filter(({ scope }) => scope.endsWith(":write"));
const withBody = documentedRoutes.filter(({ takesBody }) => takesBody);

describe("the table of cases", () => {
  test("names no route that the document does not have; each of those asks for a scope", () => {
    const documented = documentedRoutes.map(({ operationId }) => operationId);
    expect(documented).toEqual(expect.arrayContaining(Object.keys(routeCases)));
    for (const { scope, operationId } of documentedRoutes) {
      expect([operationId, scope]).toEqual([
        operationId,
        expect.stringMatching(/^batch_export:(read|write)$/),
      ]);
    }
  });

  test("has a conflict for what tells of one: a new route that does needs it here", () => {
    for (const route of documentedRoutes) {
      const { conflict, needsPlan } = caseOf(route);
      expect([route.operationId, conflict !== undefined]).toEqual([
        route.operationId,
        route.statuses.includes(409) && !needsPlan,
      ]);
    }
  });

  test("leaves no status of the document out", () => {
    // Of a source that refuses worker-asked.test.ts tells; 500 is what no request gets.
    const elsewhere = [422, 500];
    const looked = [400, 401, 403, 404, 409, 413, 415, 429, 503];
    for (const { operationId, statuses } of documentedRoutes) {
      const problems = statuses.filter((status) => status >= 400);
      expect([operationId, [...looked, ...elsewhere]]).toEqual([
        operationId,
        expect.arrayContaining(problems),
      ]);
    }
  });
});

describe("400", () => {
  test("is what text gets that no database stores, at every route", async () => {
    const query = "?colour=%00";
    await expectOfEach(documentedRoutes, { status: 400 }, (route) => {
      const { path, ...request } = requestOf(route, shared);
      return { ...request, path: path + query };
    });
  });

  test("is what a wrong body or query gets", async () => {
    const routes = documentedRoutes.filter(
      ({ takesBody, takesQuery }) => takesBody || takesQuery,
    );
    await expectOfEach(routes, { status: 400 }, (route) => {
      const { path, ...request } = requestOf(route, shared);
      const wrong = caseOf(route).wrong ?? unknownPropertyOf(route);
      return typeof wrong === "string"
        ? { ...request, path: `${path}?${wrong}` }
        : { ...request, path, body: wrong };
    });
  });
});

/** Bodies and queries are closed to what they don't name. */
function unknownPropertyOf({ takesBody }: DocumentedRoute): object | string {
  return takesBody ? { colour: "red" } : "colour=red";
}

describe("401", () => {
  test.each([null, "nonsense"])("is what the key %j gets", async (key) => {
    await expectOfEach(
      documentedRoutes,
      { status: 401, code: "UNAUTHORIZED" },
      (route) => requestOf(route, shared, { key }),
    );
  });
});

describe("403", () => {
  test("is what a key that may only read gets for a write, before its body is looked at", async () => {
    await expectOfEach(writes, { status: 403, code: "FORBIDDEN" }, (route) =>
      requestOf(route, shared, {
        key: reader,
        ...(route.takesBody ? { body: { colour: "red" } } : {}),
      }),
    );
  });

  test("is not what it gets for a read", async () => {
    const reads = documentedRoutes.filter(
      ({ scope, method }) => scope.endsWith(":read") && method === "GET",
    );
    await expectOfEach(reads.filter(isAnswered), { status: 200 }, (route) =>
      requestOf(route, shared, { key: reader }),
    );
  });
});

describe("404", () => {
  test("is what another team's key gets below the team's project", async () => {
    await expectOfEach(
      documentedRoutes,
      { status: 404, code: "PROJECT_NOT_FOUND" },
      (route) => requestOf(route, shared, { key: stranger }),
    );
  });

  test("is what it gets below its own, just as if nothing of that kind were anywhere", async () => {
    const send = createSender(api.origin());
    const team = { key: stranger, params: { team: "2" } };
    const without = { ...team, params: { ...unknownParams, team: "2" } };
    for (const route of ofExports) {
      const others = await send(requestOf(route, shared, team));
      const nobodys = await send(requestOf(route, shared, without));
      expect([route.operationId, others.status, others.code]).toEqual([
        route.operationId,
        404,
        nobodys.code,
      ]);
    }
  });

  test.each(["export", "id", "run", "verification"])(
    "is what {%s} gets that is unknown",
    async (name) => {
      const routes = documentedRoutes.filter((one) =>
        one.params.includes(name),
      );
      await expectOfEach(routes, { status: 404 }, (route) =>
        requestOf(route, shared, {
          params: { [name]: unknownParams[name] ?? "" },
        }),
      );
    },
  );
});

test("405 is what another method gets, with those that there are", async () => {
  const send = createSender(api.origin());
  const all = ["GET", "POST", "PUT", "DELETE", "PATCH"] as const;
  for (const route of documentedRoutes) {
    const { path } = requestOf(route, shared);
    const allowed = methodsAt(path);
    for (const method of all.filter((one) => !allowed.includes(one))) {
      const { status, code, header } = await send(
        requestOf(route, shared, { method }),
      );
      expect([path, method, status, code]).toEqual([
        path,
        method,
        405,
        "METHOD_NOT_ALLOWED",
      ]);
      const named = (header("allow") ?? "").split(", ");
      expect(named.filter((one) => one !== "HEAD").sort()).toEqual(allowed);
    }
  }
});

/** Those of every route whose path this is: `plan/` could be a backfill's id. */
function methodsAt(path: string): readonly string[] {
  const there = documentedRoutes.filter((route) =>
    new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path),
  );
  return [...new Set(there.map(({ method }) => method))].sort();
}

test("409 is what a conflict gets", async () => {
  const routes = documentedRoutes.filter((route) => caseOf(route).conflict);
  for (const route of routes) {
    const { code = "none", meet } = caseOf(route).conflict ?? {};
    await expectOfEach([route], { status: 409, code }, async () => {
      const subject = await createSubject(api, writer);
      return requestOf(route, subject, { body: (await meet?.(subject)) ?? {} });
    });
  }
});

test("413 is what a body gets that is too large, and 415 one that is no JSON", async () => {
  const large = { note: "x".repeat(300_000) };
  const text = { "content-type": "text/yaml" };
  await expectOfEach(
    withBody,
    { status: 413, code: "BODY_TOO_LARGE" },
    (route) => requestOf(route, shared, { body: large }),
  );
  await expectOfEach(
    withBody,
    { status: 415, code: "MEDIA_TYPE_NOT_SUPPORTED" },
    (route) => requestOf(route, shared, { headers: text }),
  );
});

describe("429", () => {
  test("is what a key gets that asks for too much", async () => {
    const origin = await variant({ rateLimit: { burst: 0, perSecond: 1 } });
    const send = createSender(origin);
    await expectOfEach(
      documentedRoutes,
      { status: 429, code: "RATE_LIMITED" },
      (route) => requestOf(route, shared),
      send,
    );
    const [route] = documentedRoutes;
    if (route === undefined) throw new Error("Expected a route");
    const { header } = await send(requestOf(route, shared));
    expect(header("retry-after")).toMatch(/^\d+$/);
  });

  test("is what one gets that opens more backfills than its team may have", async () => {
    const { context } = api.refill();
    const config = { ...context.config, maxOpenBackfillsPerTeam: 1 };
    const origin = await variant({ context: { config } });
    const routes = documentedRoutes.filter((route) => caseOf(route).opens);
    await expectOfEach(
      routes,
      { status: 429, code: "TOO_MANY_BACKFILLS" },
      async (route) => {
        const subject = await createSubject(api, writer);
        await caseOf(route).opens?.(subject);
        return requestOf(route, subject);
      },
      createSender(origin),
    );
  });
});

describe("503", () => {
  test.each(["keys", "local"] as const)(
    "is what every request gets while Postgres is away, with access by %s",
    async (access) => {
      const pool = createPool({
        connectionString: "postgres://nobody@127.0.0.1:1/nowhere",
        applicationName: "test",
      });
      variants.push({ close: () => pool.end() });
      const origin = await variant({ access, context: { pool } });
      await expectOfEach(
        documentedRoutes,
        { status: 503, code: "DATABASE_UNAVAILABLE" },
        (route) => requestOf(route, shared),
        againLater(createSender(origin)),
      );
    },
  );

  test("is what needs Temporal gets while that is away; the ledger answers the rest", async () => {
    const temporal = () =>
      Promise.reject(new RefillError("TEMPORAL_UNAVAILABLE", "It is away."));
    const send = createSender(await variant({ context: { temporal } }));
    const needy = documentedRoutes.filter((one) => caseOf(one).needsTemporal);
    await expectOfEach(
      needy,
      { status: 503, code: "TEMPORAL_UNAVAILABLE" },
      (route) => requestOf(route, shared),
      againLater(send),
    );
    for (const route of documentedRoutes) {
      if (needy.includes(route) || !isAnswered(route)) continue;
      const own = await createSubject(api, writer);
      const { status } = await send(requestOf(route, own));
      expect([route.operationId, status < 300]).toEqual([
        route.operationId,
        true,
      ]);
    }
  });
});

test("no request of any of these was answered with a fault", () => {
  expect(api.faults).toEqual([]);
});

/** Another server on the same installation, with something else than usual. */
async function variant(
  changes: Parameters<typeof api.variant>[0],
): Promise<string> {
  const made = await api.variant(changes);
  variants.push(made);
  return made.origin;
}

/** Sees to it that an answer says when to ask again. */
function againLater(
  send: ReturnType<typeof createSender>,
): ReturnType<typeof createSender> {
  return async (request) => {
    const answer = await send(request);
    expect([request.path, answer.header("retry-after")]).toEqual([
      request.path,
      "5",
    ]);
    return answer;
  };
}
