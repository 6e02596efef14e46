import { beforeAll, describe, expect, test } from "@jest/globals";
import { PostgresConnection } from "../../../src/transfer/sources/postgres/postgres-connection.js";
import {
  type ReadPiece,
  readSideBySide,
} from "../../../src/transfer/sources/postgres/side-by-side.js";
import { all2001, never, postgresFixture } from "./postgres-fixture.js";

const postgres = postgresFixture();
const label = "shared";

beforeAll(() => postgres.run("create table words as select 'old' as word"));

function copyText(connection: PostgresConnection, query: string) {
  const statement = `copy (${query}) to stdout`;
  return connection.copy({ statement, label }, never);
}

/** What arrives of pieces that two connections read; the second one waits with connecting. */
async function readWithHelper(
  read: (
    by: "first" | "helper",
    ...of: Parameters<ReadPiece<Buffer>>
  ) => AsyncIterable<Buffer>,
  mayConnect: Promise<unknown> = Promise.resolve(),
): Promise<string[]> {
  const connection = new PostgresConnection(postgres.url());
  const helper = new PostgresConnection(postgres.url(), {
    acquire: () => mayConnect.then(() => () => undefined),
  });
  const parts: string[] = [];
  try {
    const rows = readSideBySide(
      {
        connection,
        helpers: [{ connection: helper, isWanted: () => false }],
        pieces: [all2001, all2001],
        read: (...of) => read(of[0] === connection ? "first" : "helper", ...of),
      },
      never,
    );
    for await (const bytes of rows) parts.push(bytes.toString());
  } finally {
    await connection.close();
  }
  return parts;
}

/** Something that happens once, and who waits for it. */
function event() {
  let happen = (): void => undefined;
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happen, happened };
}

describe("connections that read side by side", () => {
  test("see the snapshot of the first, also when they come later", async () => {
    const changed = event();
    const helperHasRead = event();
    const words = await readWithHelper(async function* (by, connection) {
      if (by === "first") {
        await postgres.run("update words set word = 'new'");
        changed.happen();
        await helperHasRead.happened;
      }
      for await (const { bytes } of copyText(connection, "table words")) {
        yield Buffer.from(bytes);
      }
      helperHasRead.happen();
    }, changed.happened);
    expect(words).toEqual(["old\n", "old\n"]);
  });

  test("are stopped at the server when one of them fails", async () => {
    const asleep = async () => {
      const sleeping = `select from pg_stat_activity where datname = current_database() and application_name = 'refill ${label}' and wait_event = 'PgSleep'`;
      return (await postgres.run(sleeping)).length;
    };
    const failing = readWithHelper(async function* (by, connection, _, signal) {
      const statement = "copy (select pg_sleep(600)) to stdout";
      if (by === "helper") {
        const copy = connection.copy({ statement, label }, signal);
        for await (const { bytes } of copy) yield Buffer.from(bytes);
      }
      while ((await asleep()) === 0);
      throw new Error("The first one fails.");
    });
    await expect(failing).rejects.toThrow("The first one fails.");
    expect(await asleep()).toBe(0);
  });
});
