// MinIO, the S3 server of the tests: a tool only, never a part of Refill (it is under the AGPL). Where it is to be found,
// and how it is built; `npm test` builds it before the integration tests.
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** The last release that Go can still fetch. It compares ETags on CompleteMultipartUpload, as Amazon does. */
const program = {
  title: "MinIO",
  module: "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c",
  binary: "minio",
  expectedSeconds: 200,
};

/** The one on PATH, else the one in the project's cache; null where there is none that runs. */
export function findMinio(cacheDir) {
  const candidates = [program.binary, join(cacheDir, program.binary)];
  return candidates.find(runs) ?? null;
}

/** Finds MinIO, or builds it with Go into the project's cache, once. Null, having said why, where neither works. */
export async function ensureMinio({ cacheDir, say, signal }) {
  const found = findMinio(cacheDir);
  if (found !== null) return found;
  const { buildWithGo } =
    await import("../../../dist/embedded/process/go-build.js");
  await mkdir(cacheDir, { recursive: true });
  const target = join(cacheDir, program.binary);
  await buildWithGo({ program, cacheDir, target, say, signal });
  return findMinio(cacheDir);
}

function runs(command) {
  const { status } = spawnSync(command, ["--version"], {
    stdio: "ignore",
    timeout: 20_000,
  });
  return status === 0;
}
