// A file of MEGABYTES (700 if not set) into S3: as a run's chunks, as a stream whose chunks have memory of their own, and by the
// AWS SDK's own uploader. Medians of ROUNDS (5) interleaved rounds, against SeaweedFS on this machine. `beyondMb` is the peak of
// memory beyond that of the same process when the file has one byte.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cacheDirFrom } from "../dist/config/cache-dir.js";
import { ensureSeaweedfs } from "../test/integration/servers/seaweedfs-binary.mjs";
import { startS3Server } from "./export/s3-server.mjs";
import { median } from "./measure.mjs";

const run = promisify(execFile);
const megabytes = Number(process.env.MEGABYTES ?? 700);
const rounds = Number(process.env.ROUNDS ?? 5);
const uploader = "@aws-sdk/lib-storage@3.1175.0";
const say = (line) => console.error(`bench: ${line}`);

const cacheDir = cacheDirFrom(process.env);
const seaweedfs = await ensureSeaweedfs({ cacheDir, say });
if (seaweedfs === null) throw new Error("There is no S3 server to measure on.");
const packages = await uploaderPackages();
const folder = await mkdtemp(join(tmpdir(), "refill-bench-"));
const server = await startS3Server(seaweedfs, join(folder, "objects"));
try {
  const file = join(folder, "file");
  await writeNoise(file);
  const oneByte = join(folder, "one-byte");
  await writeFile(oneByte, "1");
  const results = { refill: [], "refill, of a stream": [], "aws uploader": [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of Object.keys(results)) {
      const least = await uploadOnce(name, oneByte);
      const result = await uploadOnce(name, file);
      const beyondMb = result.peakMb - least.peakMb;
      if (round > 0) results[name].push({ ...result, beyondMb });
    }
    say(`round ${round} of ${rounds} is done`);
  }
  const figures = Object.entries(results).map(([name, of]) => {
    const [seconds, cpuSeconds, peakMb, beyondMb] = [
      "seconds",
      "cpuSeconds",
      "peakMb",
      "beyondMb",
    ].map((key) => Number(median(of.map((one) => one[key])).toFixed(2)));
    const perSecond = Math.round(megabytes / seconds);
    return [
      name,
      { seconds, megabytesPerSecond: perSecond, cpuSeconds, peakMb, beyondMb },
    ];
  });
  console.log(
    JSON.stringify(
      { megabytes, rounds, ...Object.fromEntries(figures) },
      null,
      2,
    ),
  );
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}

async function uploadOnce(name, file) {
  const script = fileURLToPath(
    new URL("export/upload-once.mjs", import.meta.url),
  );
  const request = { name, file, endpoint: server.endpoint, packages };
  const { stdout } = await run(process.execPath, [
    script,
    JSON.stringify(request),
  ]);
  return JSON.parse(stdout);
}

/** The SDK's own uploader, in the user's cache: Refill itself doesn't use it. */
async function uploaderPackages() {
  const prefix = join(cacheDir, "bench-uploader");
  await mkdir(prefix, { recursive: true });
  say(`installing ${uploader} from npm`);
  await run("npm", [
    "install",
    "--prefix",
    prefix,
    "--no-audit",
    "--no-fund",
    "--silent",
    uploader,
    "@aws-sdk/client-s3@3.1175.0",
  ]);
  return join(prefix, "node_modules");
}

async function writeNoise(path) {
  const file = await open(path, "w");
  for (let written = 0; written < megabytes; written += 10) {
    await file.write(randomBytes(10_000_000));
  }
  await file.close();
}
