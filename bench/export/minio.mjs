import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { freePort } from "../../dist/embedded/process/free-ports.js";

export const bucket = "bench";
export const keys = {
  accessKeyId: "refill-bench",
  secretAccessKey: "not-a-secret+0123456789",
};

/** Runs MinIO on a free port of this machine, with a bucket, and returns when it answers. */
export async function startMinio(minio, folder) {
  await mkdir(folder);
  const address = `127.0.0.1:${await freePort({ preferred: null, taken: [] })}`;
  const child = spawn(
    minio,
    ["server", "--quiet", "--address", address, folder],
    {
      stdio: "ignore",
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        MINIO_ROOT_USER: keys.accessKeyId,
        MINIO_ROOT_PASSWORD: keys.secretAccessKey,
        MINIO_BROWSER: "off",
        MINIO_UPDATE: "off",
      },
    },
  );
  const endpoint = `http://${address}`;
  while (!(await isReady(endpoint))) await sleep(100);
  const s3 = new S3({
    ...{ endpoint, region: "us-east-1", credentials: keys },
    forcePathStyle: true,
  });
  await s3.createBucket({ Bucket: bucket });
  s3.destroy();
  return {
    endpoint,
    stop: async () => {
      const exit = once(child, "exit");
      child.kill();
      await exit;
    },
  };
}

async function isReady(endpoint) {
  const answer = await fetch(`${endpoint}/minio/health/ready`).catch(
    () => null,
  );
  return answer?.status === 200;
}
