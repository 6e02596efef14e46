import { expect } from "@jest/globals";
import axe from "axe-core";
import { apiFixture } from "../api/api-fixture.js";
import { browserTest, openBrowser } from "./browser.js";
import { serveBelow } from "./prefix.js";

const api = apiFixture("local");

browserTest(
  "the page of the API shows itself below a prefix and on a phone, without a complaint of the browser or of axe",
  async () => {
    const proxy = await serveBelow("/tools/refill/", api.origin());
    const browser = await openBrowser(`${proxy.url}docs`, { width: 375 });
    try {
      const { page } = browser;
      await page.getByRole("link", { name: "Start a backfill" }).click();
      await page.locator("#startBackfill:target").waitFor();
      const style = await page.evaluate<string>(
        "getComputedStyle(document.querySelector('#startBackfill .place')).display",
      );
      expect(style).toBe("block");
      const overflow = await page.evaluate<number>(
        "document.documentElement.scrollWidth - innerWidth",
      );
      expect(overflow).toBe(0);
      await page.evaluate(axe.source);
      const found = await page.evaluate<{ impact: string; id: string }[]>(
        "axe.run().then(({ violations }) => violations)",
      );
      const grave = found.filter(({ impact }) =>
        ["serious", "critical"].includes(impact),
      );
      expect(grave).toEqual([]);
      expect(browser.complaints).toEqual([]);
      await page.getByRole("link", { name: "openapi.json" }).click();
      expect(page.url()).toBe(`${proxy.url}openapi.json`);
    } finally {
      await browser.close();
      await proxy.close();
    }
  },
);
