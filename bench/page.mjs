// The page with a backfill of 100,000 runs, in a Chromium that is installed: bytes that the browser loads, milliseconds to
// the first painted cell of the calendar from a cold start, frames a second while scrolling and while pointing at cells.
// Beside it, how long the server takes for the calendar and the throughput of 100,000 and of 1,000,000 runs.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { createEvents } from "./events-table.mjs";
import { startInstallation } from "./installation.mjs";
import { median, timeMs } from "./measure.mjs";
import { seedBackfill } from "./seed-ledger.mjs";

const ROUNDS = 5;
const FRAMES_MS = 3_000;

const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);
if (executablePath === undefined) throw new Error("Expected a Chromium.");

const installation = await startInstallation();
try {
  const { database, refill } = installation;
  await createEvents(installation, {
    name: "shown",
    start: "2020-01-01",
    end: "2020-01-02",
    every: "1 hour",
    interval: "hour",
  });
  const { id: exportId } = await refill("export", "get", "shown");
  const shown = { exportId, lifeSeconds: 7_200 };
  const hundred = await seedBackfill(database, { ...shown, runs: 100_000 });
  const million = await seedBackfill(database, {
    ...shown,
    runs: 1_000_000,
    from: "2100-01-01Z",
  });
  const figures = {
    ...(await measurePage(`#/1/shown/backfills/${hundred}`)),
    server_ms: {
      "100,000 runs": await measureServer(hundred),
      "1,000,000 runs": await measureServer(million),
    },
  };
  console.log(JSON.stringify(figures, null, 2));
} finally {
  await installation.stop();
}

async function measurePage(path) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(await measureColdStart(path));
  }
  const of = (name) => median(rounds.map((one) => one[name]));
  return {
    page_bytes: of("pageBytes"),
    answers_bytes: of("answersBytes"),
    first_paint_ms: of("firstPaintMs"),
    first_cell_ms: of("firstCellMs"),
    scroll_frames_per_second: of("scrollFrames"),
    worst_scroll_frame_ms: of("worstScrollFrameMs"),
    pointing_frames_per_second: of("pointingFrames"),
  };
}

/** Each in a browser of its own, with nothing cached. */
async function measureColdStart(path) {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox"],
  });
  try {
    const page = await browser.newPage({
      viewport: { width: 1_280, height: 800 },
    });
    await page.addInitScript(noteFirstCell);
    await page.goto(`${installation.apiUrl}/${path}`);
    const loaded = await page.evaluate(async () => {
      const firstCellMs = await window.firstCell;
      const entries = performance.getEntriesByType("resource");
      const sizeOf = (wanted) =>
        entries
          .filter(({ name }) => name.includes("/assets/") === wanted)
          .reduce((sum, { transferSize }) => sum + transferSize, 0);
      const [html] = performance.getEntriesByType("navigation");
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      return {
        pageBytes: html.transferSize + sizeOf(true),
        answersBytes: sizeOf(false),
        firstPaintMs: paint?.startTime ?? null,
        firstCellMs,
      };
    });
    const scrolled = await page.evaluate(scrollFor, FRAMES_MS);
    await page.locator("canvas").scrollIntoViewIfNeeded();
    const pointed = page.evaluate(countFrames, FRAMES_MS);
    const { x, y, width, height } = await page.locator("canvas").boundingBox();
    const untilMs = performance.now() + FRAMES_MS;
    for (let step = 0; performance.now() < untilMs; step += 7) {
      await page.mouse.move(x + (step % width), y + (step % height));
    }
    return {
      ...loaded,
      scrollFrames: scrolled.framesPerSecond,
      worstScrollFrameMs: scrolled.worstMs,
      pointingFrames: (await pointed).framesPerSecond,
    };
  } finally {
    await browser.close();
  }
}

/** Runs in the page before its own code: the time of the frame in which a canvas first has a cell. */
function noteFirstCell() {
  const { prototype } = CanvasRenderingContext2D;
  const { fillRect } = prototype;
  window.firstCell = new Promise((resolve) => {
    prototype.fillRect = function (...of) {
      prototype.fillRect = fillRect;
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      return fillRect.apply(this, of);
    };
  });
}

/** Runs in the page: scrolls down and up by 40 pixels a frame. */
async function scrollFor(milliseconds) {
  const lengths = [];
  let direction = 1;
  const startedMs = performance.now();
  let lastMs = startedMs;
  while (lastMs - startedMs < milliseconds) {
    const bottom = document.documentElement.scrollHeight - innerHeight;
    if (scrollY >= bottom) direction = -1;
    if (scrollY <= 0) direction = 1;
    scrollBy({ top: 40 * direction, behavior: "instant" });
    const nowMs = await new Promise(requestAnimationFrame);
    lengths.push(nowMs - lastMs);
    lastMs = nowMs;
  }
  lengths.shift();
  return {
    framesPerSecond: (lengths.length * 1_000) / (lastMs - startedMs),
    worstMs: Math.max(...lengths),
  };
}

/** Runs in the page. */
async function countFrames(milliseconds) {
  const startedMs = performance.now();
  let frames = 0;
  let nowMs = startedMs;
  while (nowMs - startedMs < milliseconds) {
    nowMs = await new Promise(requestAnimationFrame);
    frames += 1;
  }
  return { framesPerSecond: (frames * 1_000) / (nowMs - startedMs) };
}

/** The median of five, each after one that is not counted. */
async function measureServer(id) {
  const base = `${installation.apiUrl}/api/projects/1/batch_exports/shown/backfills/${id}/`;
  const ask = async (path) => (await fetch(`${base}${path}`)).arrayBuffer();
  const medianOf = async (path) => {
    await ask(path);
    const times = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(await timeMs(() => ask(path)));
    }
    return median(times);
  };
  return {
    calendar: await medianOf("calendar/?cells=1000"),
    throughput: await medianOf("throughput/?buckets=120"),
    files_page: await medianOf("runs/?status=Completed&limit=200"),
  };
}
