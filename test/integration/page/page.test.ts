import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { apiFixture, eventsDefinition } from "../api/api-fixture.js";
import { browserTest, openBrowser } from "./browser.js";

const api = apiFixture("local");
const base = "/api/projects/1/batch_exports/";
const script = "<script>document.title = 'broken'</script>";

async function steer(page: Page, name: string): Promise<void> {
  await page
    .getByRole("group", { name: "Steer the backfill" })
    .getByRole("button", { name })
    .click();
}

async function confirm(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

function statusIs(page: Page, status: string): Promise<void> {
  return page.locator(`.title .status.${status}`).waitFor();
}

/** What axe finds that keeps people out. */
async function seriousFaults(page: Page): Promise<readonly unknown[]> {
  await page.evaluate(axe.source);
  // What is evaluated runs in the browser, which this program's types don't know.
  const found = await page.evaluate<
    { impact: string; id: string; nodes: { html: string }[] }[]
  >("axe.run().then(({ violations }) => violations)");
  return found
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

browserTest(
  "the page starts a backfill by its plan, steers it, retries it and fills the gaps",
  async () => {
    await api.ask(null, "POST", base, {
      ...eventsDefinition("steered"),
      interval: "hour",
    });
    const worker = api.refill().startWorker();
    await worker.ready;
    const browser = await openBrowser(`${api.origin()}/`);
    const { page, complaints } = browser;
    try {
      await page.getByRole("button", { name: "Start a backfill" }).click();
      await page.getByLabel("From").fill("2024-03-01");
      await page.getByLabel("To", { exact: true }).fill("2024-03-06");
      await page.getByLabel("Note").fill(script);
      await page.getByLabel("Concurrency").fill("1"); // leaves the time to steer
      await page.getByRole("button", { name: "Show the plan" }).click();
      await page.getByText("Records", { exact: true }).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole("button", { name: "Start 120 runs" }).click();

      await page.getByRole("group", { name: "Steer the backfill" }).waitFor();
      expect(await page.getByText(script).count()).toBe(2); // below the title, and in the audit trail
      await steer(page, "Pause");
      await page.getByText("No further run begins").waitFor();
      await confirm(page);
      await statusIs(page, "Paused");
      await steer(page, "Concurrency");
      await page.getByLabel("Runs at once").fill("2");
      await confirm(page);
      await page
        .locator("dt:text-is('Concurrency') + dd:text-is('2')")
        .waitFor();
      await steer(page, "Cancel");
      await confirm(page);
      await statusIs(page, "Cancelled");
      await steer(page, "Retry");
      await confirm(page);
      await statusIs(page, "Completed");
      await steer(page, "Verify");
      await confirm(page);
      await page.getByText("120 of 120 completed runs").waitFor();
      await page.locator("canvas").focus();
      await page.keyboard.press("Enter");
      await page.getByText("Attempt 1 by").waitFor();
      await page.getByText("Records", { exact: true }).last().click();
      await page.getByText("1 record a run").waitFor();
      await page.getByRole("img", { name: "Records a second" }).waitFor();
      await page.getByText("Throughput as a table").click();
      await page.getByRole("region", { name: "Throughput by time" }).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await seriousFaults(page)).toEqual([]);

      await page.goto(
        `${api.origin()}/#/1/steered/coverage/2024-03-01/2024-03-08`,
      );
      await page.getByText("168 intervals").waitFor();
      await page.getByText(", 120 intervals").waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "light" });
      await page.getByRole("button", { name: "Fill the 48 gaps" }).click();
      await page
        .getByText("a backfill of 48 intervals, missing or failed")
        .waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole("button", { name: "Start 48 runs" }).click();
      await statusIs(page, "Completed");
      expect(await seriousFaults(page)).toEqual([]);
      expect(await page.title()).toBe("Refill");
      expect(complaints).toEqual([]);
      await worker.stop();
    } finally {
      await browser.close();
    }
  },
);

browserTest(
  "backfills beyond the first fifty are a page further, and a filter begins with the first",
  async () => {
    await api.ask(null, "POST", base, {
      ...eventsDefinition("many"),
      interval: "hour",
    });
    const beginMs = Date.UTC(2024, 2, 1);
    for (let hour = 0; hour < 53; hour += 1) {
      const answer = await api.ask(null, "POST", `${base}many/backfills/`, {
        start_at: new Date(beginMs + hour * 3_600_000).toISOString(),
        end_at: new Date(beginMs + (hour + 1) * 3_600_000).toISOString(),
      });
      expect(answer.status).toBe(201);
    }
    const browser = await openBrowser(`${api.origin()}/#/1/many`);
    const { page, complaints } = browser;
    try {
      const rows = page.locator("table.backfills tbody tr");
      const button = (name: string) => page.getByRole("button", { name });
      await rows.nth(49).waitFor();
      expect(await rows.count()).toBe(50);
      expect(await button("Newer").isDisabled()).toBe(true);
      await button("Older").click();
      await rows.nth(3).waitFor({ state: "detached" });
      expect(await rows.count()).toBe(3);
      expect(await button("Older").isDisabled()).toBe(true);
      expect(await seriousFaults(page)).toEqual([]);
      await button("Newer").click();
      await rows.nth(49).waitFor();
      await button("Older").click();
      await rows.nth(3).waitFor({ state: "detached" });
      await page.getByLabel("Status").selectOption("Starting");
      await rows.nth(49).waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

browserTest(
  "the files of a backfill beyond its first two hundred runs are a page further",
  async () => {
    await api.ask(null, "POST", base, {
      ...eventsDefinition("halves"),
      interval: "every 30 minutes",
    });
    const worker = api.refill().startWorker();
    const { id } = (
      await api.ask(null, "POST", `${base}halves/backfills/`, {
        start_at: "2024-03-01",
        end_at: "2024-03-06",
      })
    ).json<{ id: string }>();
    const browser = await openBrowser(
      `${api.origin()}/#/1/halves/backfills/${id}`,
    );
    const { page, complaints } = browser;
    try {
      await statusIs(page, "Completed");
      await page.getByText("Files", { exact: true }).click();
      await page.getByText("Of completed runs 0 to 199").waitFor();
      const files = page.getByRole("region", { name: "Files" });
      expect(await files.locator("tbody tr").count()).toBe(100); // events are an hour apart: every other run is empty
      await page.getByRole("button", { name: "Later runs" }).click();
      await page.getByText("Of completed runs 200 to 239").waitFor();
      expect(await files.locator("tbody tr").count()).toBe(20);
      expect(await seriousFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await worker.stop();
    } finally {
      await browser.close();
    }
  },
);

test("what a browser loads is below 100 kB, under a strict policy, and kept for as long as its name", async () => {
  const html = await api.ask(null, "GET", "/");
  expect(html.header("content-security-policy")).toContain(
    "default-src 'none'; script-src 'self'; style-src 'self'",
  );
  const paths = [...html.text.matchAll(/"(assets\/[^"]+)"/g)].map(
    ([, path]) => path ?? "",
  );
  expect(paths).toHaveLength(2);
  let bytes = html.text.length;
  for (const path of paths) {
    const answer = await fetch(new URL(path, api.origin()), { method: "HEAD" });
    expect(answer.headers.get("cache-control")).toContain("immutable");
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    bytes += Number(answer.headers.get("content-length"));
  }
  expect(bytes).toBeLessThan(100_000);
});

test("the page's code writes no markup of its own accord", async () => {
  const built = await readFile("dist/web/index.html", "utf8");
  expect(built).not.toMatch(/ style=|<script>| on[a-z]+=/);
});
