import { expect } from "@jest/globals";
import { type ApiFixture, eventsDefinition } from "../api-fixture.js";

/** What the paths of requests name: an export of team 1 with an open backfill that is being verified, and a schedule. */
export interface Subject {
  readonly name: string;
  /** By the names in the paths of the document. */
  readonly params: Readonly<Record<string, string>>;
  /** Asks for something below the export, which must be accepted; `{id}` is its backfill. */
  readonly post: (path: string, body: object) => Promise<{ id: string }>;
  /** Another one like it. */
  readonly another: () => Promise<Subject>;
}

let made = 0;

/** Makes a subject of its own for a request that changes it. There is no worker, so that all of it stays as it is. */
export async function createSubject(
  api: ApiFixture,
  key: string,
): Promise<Subject> {
  made += 1;
  const name = `subject-${String(made)}`;
  const exports = "/api/projects/1/batch_exports/";
  const ask = async (url: string, body: object) => {
    const answer = await api.ask(key, "POST", url, body);
    expect([url, answer.text, answer.status < 300]).toEqual([
      url,
      answer.text,
      true,
    ]);
    return answer.json<{ id: string }>();
  };
  const { id: exportId } = await ask(exports, eventsDefinition(name));
  const base = `${exports}${exportId}/`;
  const range = { start_at: "2024-03-01", end_at: "2024-03-03" };
  const { id } = await ask(`${base}backfills/`, range);
  const verification = await ask(`${base}backfills/${id}/verify/`, {});
  await ask(`${base}schedule/`, {});
  return {
    name,
    params: {
      team: "1",
      export: exportId,
      id,
      run: "0",
      verification: verification.id,
    },
    post: (path, body) => ask(base + path.replace("{id}", id), body),
    another: () => createSubject(api, key),
  };
}

/** What no request finds. */
export const unknownParams: Readonly<Record<string, string>> = {
  export: "0f8fad5b-d9cb-469f-a165-70867728950e",
  id: "0f8fad5b-d9cb-469f-a165-70867728950e",
  run: "999999",
  verification: "0f8fad5b-d9cb-469f-a165-70867728950e",
};
