import { beforeEach, describe, expect, test } from "@jest/globals";
import { isRefillError, type RefillError } from "../../../src/domain/errors.js";
import { all2001, interval, postgresFixture } from "./postgres-fixture.js";
import { rowTarget, stageRows } from "./row-target.js";

const source = postgresFixture();
const target = rowTarget();
let token = 0;

beforeEach(async () => {
  await source.run(`
    drop table if exists notes cascade;
    create table notes (at timestamptz not null, id int, code varchar(9));
    insert into notes select timestamptz '2001-03-01Z' + n * interval '1 hour', n, 'x' from generate_series(0, 47) n`);
  await target.run(`
    drop table if exists public.notes, public.child cascade;
    create table public.notes (at timestamptz not null, id int, code varchar(9))`);
});

const march1 = interval("2001-03-01T00:00:00Z", "2001-03-02T00:00:00Z");

/** One run of the export, as often as a test likes. */
async function exportNotes(of = march1): Promise<void> {
  const rows = await stageRows(
    source.open({ table: "notes" }),
    target.open({ table: "public.notes", create: false }),
    { of, token: (token += 1) },
  );
  try {
    await rows.publish();
  } catch (error) {
    await rows.discard();
    throw error;
  }
}

async function refusalOf(work: Promise<unknown>): Promise<RefillError> {
  const thrown = await work.then(
    () => new Error("Expected a refusal, got none."),
    (error: unknown) => error,
  );
  if (isRefillError(thrown)) return thrown;
  throw thrown;
}

const countOf = async (table = "public.notes") =>
  Number((await target.run(`select count(*) from ${table}`))[0]?.["count"]);

describe("a table that does more than what it is told", () => {
  test.each([
    ["CASCADE", "references public.notes (id) on delete cascade"],
    ["SET NULL", "references public.notes (id) on delete set null"],
    [
      "SET DEFAULT",
      "default 0 references public.notes (id) on delete set default",
    ],
  ])(
    "is refused where a row of another one follows a delete (%s), and that row stays",
    async (action, clause) => {
      await exportNotes();
      await target.run(`
        alter table public.notes add unique (id);
        create table public.child (note int ${clause});
        insert into public.child select id from public.notes`);
      const refusal = await refusalOf(exportNotes());
      expect(refusal).toMatchObject({
        code: "DESTINATION_TABLE_MISMATCH",
        retryable: false,
      });
      expect(refusal.message).toContain(
        `rows of public.child refer to it with ON DELETE ${action}`,
      );
      expect(await countOf("public.child where note > 0")).toBe(23);
      await target.run("drop table public.child");
    },
  );

  test("is taken where rows that refer to it keep a delete from happening", async () => {
    await target.run(`
      alter table public.notes add unique (id);
      create table public.child (note int references public.notes (id))`);
    await exportNotes();
    expect(await countOf()).toBe(24);
    await target.run("drop table public.child");
  });

  test.each(["delete", "insert"])(
    "is refused where a rule does something else instead of %s",
    async (event) => {
      await target.run(
        `create rule swallow as on ${event} to public.notes do instead nothing`,
      );
      const refusal = await refusalOf(exportNotes());
      expect(refusal).toMatchObject({ code: "DESTINATION_TABLE_MISMATCH" });
      expect(refusal.message).toMatch(/its rule swallow does something else/);
    },
  );

  test.each([
    [
      "keeps rows that are deleted",
      "before delete",
      "update public.notes set code = 'gone' where id = old.id; return null;",
      24,
    ],
    [
      "moves rows to another interval",
      "before insert",
      "new.at := new.at + interval '1 day'; return new;",
      0,
    ],
  ])(
    "publishes nothing where a trigger %s",
    async (_, event, body, expected) => {
      if (expected > 0) await exportNotes();
      await target.run(`
        create or replace function public.meddle() returns trigger language plpgsql as $$ begin ${body} end $$;
        create trigger meddle ${event} on public.notes for each row execute function public.meddle()`);
      const refusal = await refusalOf(exportNotes());
      expect(refusal).toMatchObject({
        code: "DESTINATION_TABLE_MISMATCH",
        retryable: false,
      });
      expect(refusal.message).toContain("a trigger of the table");
      expect(await countOf()).toBe(expected);
    },
  );

  test("publishes nothing where a deferred trigger adds rows to the interval", async () => {
    await target.run(`
      create or replace function public.add_one() returns trigger language plpgsql as $$ begin
        if pg_trigger_depth() = 1 and new.id = 0 then insert into public.notes values (new.at, -1, 'more'); end if;
        return null;
      end $$;
      create constraint trigger add_one after insert on public.notes deferrable initially deferred
        for each row execute function public.add_one()`);
    const refusal = await refusalOf(exportNotes());
    expect(refusal.details).toEqual({ expected: 24, found: 25 });
    expect(await countOf()).toBe(0);
  });
});

describe("a column that is shorter than the source's", () => {
  test.each(["text", "varchar(9)"])(
    "refuses blanks at the end of a %s that it would cut",
    async (type) => {
      await source.run(`
        alter table notes alter column code type ${type};
        update notes set code = 'ab       ' where id = 7`);
      await target.run("alter table public.notes alter code type varchar(4)");
      const refusal = await refusalOf(exportNotes());
      expect(refusal).toMatchObject({
        code: "DESTINATION_DATA_REFUSED",
        details: { column: "code", characters: 9, most: 4 },
      });
      expect(await countOf()).toBe(0);
    },
  );

  test("takes what fits, to the last blank", async () => {
    await source.run("update notes set code = 'ab  '");
    await target.run("alter table public.notes alter code type varchar(4)");
    await exportNotes();
    expect(await countOf("public.notes where code || '|' = 'ab  |'")).toBe(24);
  });
});

describe("the probe of an export", () => {
  const probe = async () => {
    const { columns, origin } = await source
      .open({ table: "notes" })
      .inspect(new AbortController().signal);
    await target.open({ table: "public.notes", create: false }).probe({
      columns: columns.map(({ name, type }) => ({ name, typeName: type })),
      origin,
    });
  };

  test("takes what a run takes: identities, and columns that the table computes", async () => {
    await target.run(`
      drop table public.notes;
      create table public.notes (
        at timestamptz not null, id int generated always as identity, code varchar(9),
        day date generated always as ((at at time zone 'UTC')::date) stored
      )`);
    await probe();
    await exportNotes(all2001);
    expect(await countOf()).toBe(48);
  });

  test("refuses what a run refuses", async () => {
    await target.run("alter table public.notes drop column code");
    const refusal = await refusalOf(probe());
    expect(refusal).toMatchObject({ code: "DESTINATION_TABLE_MISMATCH" });
    expect(refusal.message).toContain("it has no column code");
  });

  test("leaves no table behind where it would make one", async () => {
    await target.run("drop table public.notes");
    await target.open({ table: "public.notes", create: true }).probe({
      columns: [{ name: "at", typeName: "timestamp with time zone" }],
      origin: null,
    });
    const found = await target.run(
      "select to_regclass('public.notes') is null as gone",
    );
    expect(found).toEqual([{ gone: true }]);
  });
});
