import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { deleteExport } from "../../../src/operations/exports/delete-export.js";
import { createEvents } from "../backfill/installation.js";
import { addEventExport } from "./event-exports.js";
import { ledgerCounts } from "./ledger-counts.js";
import { createOperator, type Operator } from "./operator.js";

let operator: Operator;
let before: unknown;

const zones = {
  newyork: { timezone: "America/New_York" },
  weekly: { interval: "week", offset: "mon 02:00" },
  monthly: { interval: "month", offset: "15 03:00" },
  hourly: { interval: "hour" },
  minutely: { interval: "every 1 minutes" },
  saopaulo: { timezone: "America/Sao_Paulo" },
  havana: { timezone: "America/Havana" },
  apia: { timezone: "Pacific/Apia" },
};

beforeAll(async () => {
  operator = await createOperator();
  const { context, pool } = operator.refill;
  await createEvents(pool, {
    start: "2024-03-01",
    end: "2024-03-08",
    every: "1 hour",
  });
  await pool.query(
    `insert into public.events (at) values ('2011-12-29T12:00Z'), ('2018-11-04T12:00Z'), ('2024-11-03T12:00Z')`,
  );
  await addEventExport(context, "daily");
  for (const [name, changes] of Object.entries(zones)) {
    await addEventExport(context, name, changes);
  }
  await addEventExport(context, "gone");
  await deleteExport(context, { export: "gone", team: null });
  before = await ledgerCounts(pool);
  await operator.takesWork(operator.startWorker()); // for the plans
});

afterAll(() => operator.remove());

interface Row {
  readonly request: string;
  readonly code: string;
  /** What the message must name. */
  readonly names: readonly string[];
  readonly details?: object;
}

const rows: readonly Row[] = [
  {
    request: "daily --start 2024-03-01T01:00:00Z --end 2024-03-07T05:00:00Z",
    code: "RANGE_MISALIGNED",
    names: [
      "2024-03-01T01:00:00Z",
      "2024-03-01T00:00:00Z",
      "2024-03-02T00:00:00Z",
      "2024-03-07T05:00:00Z",
      "2024-03-07T00:00:00Z",
      "2024-03-08T00:00:00Z",
    ],
    details: {
      problems: [
        {
          field: "start",
          code: "RANGE_MISALIGNED",
          before: "2024-03-01T00:00:00Z",
          after: "2024-03-02T00:00:00Z",
        },
        {
          field: "end",
          code: "RANGE_MISALIGNED",
          before: "2024-03-07T00:00:00Z",
          after: "2024-03-08T00:00:00Z",
        },
      ],
    },
  },
  {
    request: "daily --start 2024-03-01T00:00:00.000001Z",
    code: "RANGE_MISALIGNED",
    names: ["2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z"],
  },
  {
    request: "hourly --start 2024-03-01 --end 2024-03-07T05:30:00+00:00",
    code: "RANGE_MISALIGNED",
    names: ["end: ", "2024-03-07T05:00:00Z", "2024-03-07T06:00:00Z"],
  },
  // The day of the change to summer time has 23 hours: midnight moves from 05:00Z to 04:00Z.
  {
    request: "newyork --start 2024-03-10 --end 2024-03-11T05:00:00Z",
    code: "RANGE_MISALIGNED",
    names: ["2024-03-11T04:00:00Z", "2024-03-12T04:00:00Z", "America/New_York"],
    details: {
      problems: [
        {
          field: "end",
          before: "2024-03-11T04:00:00Z",
          after: "2024-03-12T04:00:00Z",
        },
      ],
    },
  },
  {
    request: "weekly --start 2024-03-05 --end 2024-03-12",
    code: "RANGE_MISALIGNED",
    names: ["2024-03-04T02:00:00Z", "2024-03-11T02:00:00Z"],
  },
  {
    request: "monthly --start 2024-02-01",
    code: "RANGE_MISALIGNED",
    names: ["2024-01-15T03:00:00Z", "2024-02-15T03:00:00Z"],
  },
  {
    request: "daily --start 2024-03-01T00:00:00",
    code: "TIMESTAMP_NAIVE",
    names: ["start: ", "2024-03-01T00:00:00", "add Z or an offset"],
  },
  {
    request: "daily --start 2024-03-01 --end 2024-03-02T00:00:00",
    code: "TIMESTAMP_NAIVE",
    names: ["end: "],
  },
  ...["yesterday", "2024-02-30", "0000-01-01", "10000-01-01", "2024-3-1"].map(
    (text) => ({
      request: `daily --start ${text}`,
      code: "TIMESTAMP_INVALID",
      names: ["start: ", text, "2001-03-01"],
    }),
  ),
  {
    request: "daily --start 2024-03-05 --end 2024-03-05",
    code: "RANGE_EMPTY",
    names: ["2024-03-05T00:00:00Z"],
  },
  {
    request: "daily --start 2024-03-05 --end 2024-03-04",
    code: "RANGE_EMPTY",
    names: ["2024-03-05T00:00:00Z", "2024-03-04T00:00:00Z"],
  },
  {
    request: "daily --end 2199-01-01",
    code: "RANGE_IN_FUTURE",
    names: ["2199-01-01T00:00:00Z", "the last one allowed now is 20"],
    details: {
      problems: [{ before: expect.stringMatching(/^20.*T00:00:00Z$/) }],
    },
  },
  {
    request: "minutely --start 2010-01-01 --end 2024-01-01",
    code: "RANGE_TOO_LARGE",
    names: ["7362720", "5000000"],
    details: { total_runs: 7_362_720, max_runs: 5_000_000 },
  },
  {
    request: "nosuch --start 2024-03-01",
    code: "EXPORT_NOT_FOUND",
    names: ["nosuch", "refill export list"],
  },
  {
    request: "gone --start 2024-03-01",
    code: "EXPORT_NOT_FOUND",
    names: ["gone"],
  },
  {
    request: "daily --concurrency 501",
    code: "USAGE",
    names: ["--concurrency", "from 1 to 500"],
  },
  { request: "daily --concurrency 0", code: "USAGE", names: ["from 1 to 500"] },
  { request: "daily --plan abc", code: "USAGE", names: ["64 hexadecimal"] },
  { request: "daily --time-limit soon", code: "USAGE", names: ["30m"] },
  { request: "daily --order sideways", code: "USAGE", names: ["oldest"] },
  { request: "daily --begin 2024-03-01", code: "USAGE", names: ["--begin"] },
];

describe("a start that is refused ends with 2", () => {
  test.concurrent.each(rows)(
    "$request: $code",
    async ({ request, code, names, details }) => {
      const end = await operator.json(["backfill", "start", ...words(request)]);
      expect(end).toMatchObject({
        exitCode: 2,
        stderr: "",
        document: { error: { code, ...(details && { details }) } },
      });
      const { error } = end.document as { error: { message: string } };
      for (const name of names) expect(error.message).toContain(name);
      expect(error.message).not.toContain("\n");
    },
  );

  test.concurrent("people read one line on stderr", async () => {
    const end = await operator.run(
      words("backfill start daily --start 2024-03-01T01:00:00Z"),
    );
    expect(end).toMatchObject({ exitCode: 2, stdout: "" });
    expect(end.stderr).toMatch(/^RANGE_MISALIGNED: start: .*\n$/);
  });

  test.concurrent("plan refuses the same", async () => {
    const end = await operator.json(
      words("backfill plan hourly --end 2024-03-07T05:30:00Z"),
    );
    expect(end).toMatchObject({
      exitCode: 2,
      document: { error: { code: "RANGE_MISALIGNED" } },
    });
  });
});

describe("a bare date means the boundary of that day", () => {
  test.concurrent.each([
    {
      what: "local midnight, on both sides of a clock change",
      request: "newyork --start 2024-03-07 --end 2024-03-12",
      runs: [
        ["2024-03-07T05:00:00Z", "2024-03-08T05:00:00Z"],
        ["2024-03-08T05:00:00Z", "2024-03-09T05:00:00Z"],
        ["2024-03-09T05:00:00Z", "2024-03-10T05:00:00Z"],
        ["2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"],
        ["2024-03-11T04:00:00Z", "2024-03-12T04:00:00Z"],
      ],
    },
    {
      what: "the week's local beginning",
      request: "weekly --start 2024-02-26 --end 2024-03-04",
      runs: [["2024-02-26T02:00:00Z", "2024-03-04T02:00:00Z"]],
    },
    {
      what: "midnight UTC where intervals are hours",
      request: "hourly --start 2024-03-07T22:00:00Z --end 2024-03-08",
      runs: [
        ["2024-03-07T22:00:00Z", "2024-03-07T23:00:00Z"],
        ["2024-03-07T23:00:00Z", "2024-03-08T00:00:00Z"],
      ],
    },
    {
      what: "an hour later where the clock skips midnight",
      request: "saopaulo --start 2018-11-04 --end 2018-11-05",
      runs: [["2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"]],
    },
    {
      what: "the first of two midnights",
      request: "havana --start 2024-11-03 --end 2024-11-04",
      runs: [["2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z"]],
    },
    {
      what: "the same boundary as the next for a day that is skipped",
      request: "apia --start 2011-12-29 --end 2011-12-31",
      runs: [["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"]],
    },
  ])("$what", async ({ request, runs }) => {
    const end = await operator.json(["backfill", "plan", ...words(request)]);
    expect(end).toMatchObject({
      exitCode: 0,
      document: {
        total_runs: runs.length,
        runs: runs.map(([data_interval_start, data_interval_end]) => ({
          data_interval_start,
          data_interval_end,
        })),
      },
    });
  });
});

test("after all of these the ledger is as it was", async () => {
  expect(await ledgerCounts(operator.refill.pool)).toEqual(before);
});

function words(line: string): readonly string[] {
  return line.split(" ");
}
