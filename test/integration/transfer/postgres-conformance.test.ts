import { beforeAll } from "@jest/globals";
import {
  sourceConformance,
  sourceConformanceInstants,
} from "../../suites/source-conformance.js";
import { postgresFixture } from "./postgres-fixture.js";

const postgres = postgresFixture();

beforeAll(async () => {
  const instants = sourceConformanceInstants
    .map((ms) => `('${new Date(ms).toISOString()}'::timestamptz)`)
    .join();
  await postgres.run(`
    create table instants (at timestamptz, text text);
    insert into instants select at, 'a "text"' from (values ${instants}) as v (at);
    insert into instants values ('infinity'), ('-infinity'), (null);
    create table new_york as
      select at at time zone 'America/New_York' as at, text from instants;`);
});

sourceConformance("postgres, a table", {
  open: () => postgres.open({ table: "instants" }),
  columns: ["at", "text"],
});

sourceConformance("postgres, a query", {
  open: () =>
    postgres.open({
      query: "select text, at from instants order by 2 -- newest last;",
    }),
  columns: ["text", "at"],
});

sourceConformance("postgres, a timestamp of a zone, some columns", {
  open: () =>
    postgres.open({
      table: "new_york",
      timestamp_timezone: "America/New_York",
      columns: ["text"],
      where: "text is not null or true",
    }),
  columns: ["text"],
});
