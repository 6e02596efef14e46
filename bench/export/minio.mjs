import { mkdir } from "node:fs/promises";
import { S3 } from "@aws-sdk/client-s3";
import { freePort } from "../../dist/embedded/process/free-ports.js";
import { runMinio } from "../../test/integration/servers/minio-server.mjs";
import { bucket, keys } from "./minio-keys.mjs";

/** Runs MinIO on a free port of this machine, with a bucket, and returns when it answers. */
export async function startMinio(command, folder) {
  await mkdir(folder);
  const port = await freePort({ preferred: null, taken: [] });
  const server = await runMinio({ command, folder, port, keys });
  const { endpoint } = server;
  const s3 = new S3({
    endpoint,
    region: "us-east-1",
    credentials: keys,
    forcePathStyle: true,
  });
  await s3.createBucket({ Bucket: bucket });
  s3.destroy();
  return server;
}
