import { existsSync } from "node:fs";
import { test } from "@jest/globals";
import { chromium, type Page } from "playwright-core";

/** Where distributions install it. Nothing is downloaded. */
const executablePath = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => existsSync(path));

/** A test that needs a browser; skipped, and said so, where no Chromium is installed. */
export const browserTest =
  executablePath === undefined
    ? (name: string, body: () => Promise<void>) => {
        test.skip(`${name} (skipped: no Chromium is installed)`, body);
      }
    : test;

export interface OpenBrowser {
  readonly page: Page;
  /** What the console had to complain about, and what the page asked of others. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens a page in a browser of its own. */
export async function openBrowser(
  url: string,
  options: {
    readonly width?: number;
    readonly colorScheme?: "light" | "dark";
  } = {},
): Promise<OpenBrowser> {
  if (executablePath === undefined) throw new Error("Expected a Chromium.");
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox"],
  });
  const { width = 1_280, colorScheme = "light" } = options;
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme,
  });
  // Whole backfills are waited for, beside other tests.
  page.setDefaultTimeout(240_000);
  const complaints: string[] = [];
  page.on("console", (line) => {
    if (line.type() === "error") complaints.push(line.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    const isOwn = host === new URL(url).host || protocol === "data:";
    if (!isOwn) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints, close: () => browser.close() };
}
