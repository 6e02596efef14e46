import { claimConformance } from "../../suites/claim-conformance.js";
import { rowTarget } from "./row-target.js";

const target = rowTarget();

claimConformance("postgres", async () => {
  await target.run(`
    drop schema if exists refill_export cascade;
    drop table if exists copied;
    create table copied (at timestamptz, text text)`);
  return {
    destination: target.open({ create: false }),
    columns: [
      {
        name: "at",
        typeName: "timestamp with time zone",
        type: { kind: "timestamptz" },
      },
      { name: "text", typeName: "text", type: { kind: "text" } },
    ],
    encode: (text) => Buffer.from(`1970-01-01 00:00:00+00\t${text}\n`),
    seen: async () => {
      const rows = await target.run("select text from copied");
      return rows.length === 0 ? null : rows.map(({ text }) => text).join();
    },
    leftovers: async () => (await target.staged()).length,
    remove: () => Promise.resolve(),
  };
});
