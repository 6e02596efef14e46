import { S3 } from "@aws-sdk/client-s3";
import { runSeaweedfs } from "../../test/integration/servers/seaweedfs-server.mjs";
import { bucket, keys } from "./s3-bucket.mjs";

/** Runs SeaweedFS on free ports of this machine, with a bucket, and returns when it answers. */
export async function startS3Server(command, folder) {
  const server = await runSeaweedfs({ command, folder, keys });
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
