import { expect } from "@jest/globals";
import { apiFixture, eventsDefinition } from "../api/api-fixture.js";
import { browserTest, openBrowser } from "./browser.js";
import { serveBelow } from "./prefix.js";

const api = apiFixture("keys");

browserTest(
  "the page signs in and works below a prefix, also on a phone",
  async () => {
    const key = await api.key(1, "batch_export:write");
    const exports = "/api/projects/1/batch_exports/";
    await api.ask(key, "POST", exports, eventsDefinition("below"));
    await api.ask(key, "POST", `${exports}below/backfills/`, {
      start_at: "2024-03-01",
      end_at: "2024-03-06",
    });
    const proxy = await serveBelow("/tools/refill/", api.origin());
    const browser = await openBrowser(proxy.url, { width: 375 });
    try {
      const { page } = browser;
      await page.getByLabel("API key").fill(key);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("link", { name: /2024-03-01/ }).click();
      await page.locator(".title .status.Starting").waitFor();
      const cookies = await page.context().cookies();
      expect(cookies).toMatchObject([
        { path: "/tools/refill", httpOnly: true, sameSite: "Strict" },
      ]);
      const overflow = await page.evaluate<number>(
        "document.documentElement.scrollWidth - innerWidth",
      );
      expect(overflow).toBe(0);
      // Only the question whether a key is needed was refused.
      expect(browser.complaints).toEqual([expect.stringContaining("401")]);
      await page.goBack();
      await page.getByRole("link", { name: /2024-03-01/ }).waitFor();
    } finally {
      await browser.close();
      await proxy.close();
    }
  },
);
