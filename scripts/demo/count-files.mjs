import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/**
 * Reads every file below a folder as what it should be, gzipped lines of JSON, by Node's own means alone. Answers, for
 * each day that a path names, its rows and sums, and for each file its key, size and SHA-256.
 */
export async function countFiles(folder) {
  const days = new Map();
  const objects = new Map();
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const key = relative(folder, path).split("\\").join("/");
    const { sums, sha256 } = await readFlights(path);
    const day = key.split("/").slice(0, 3).join("-");
    days.set(day, add(days.get(day), sums));
    objects.set(key, { bytes: (await stat(path)).size, sha256, ...sums });
  }
  return { days, objects };
}

async function readFlights(path) {
  const hash = createHash("sha256");
  const bytes = createReadStream(path);
  bytes.on("data", (chunk) => hash.update(chunk));
  const sums = { rows: 0, distance: 0, delay: 0 };
  const lines = createInterface({ input: bytes.pipe(createGunzip()) });
  for await (const line of lines) {
    const flight = JSON.parse(line);
    sums.rows += 1;
    sums.distance += flight.distance ?? 0;
    sums.delay += flight.delay ?? 0;
  }
  return { sums, sha256: hash.digest("hex") };
}

function add(one = { rows: 0, distance: 0, delay: 0 }, other) {
  return {
    rows: one.rows + other.rows,
    distance: one.distance + other.distance,
    delay: one.delay + other.delay,
  };
}
