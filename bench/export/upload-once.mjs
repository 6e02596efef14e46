// One upload in a process of its own: prints seconds, CPU seconds and the peak of resident memory, as JSON.
// Argument: {name, file, endpoint, packages}. All read the same file and hash what they read, as a run does. Each loads its own
// modules alone. "refill" reads into the same memory, as formats write into theirs; the SDK's uploader keeps what it is given.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ownCosts } from "../measure.mjs";
import { bucket, keys } from "./s3-bucket.mjs";

const chunkBytes = 512 * 1024;
const { name, file, endpoint, packages } = JSON.parse(process.argv[2]);
const key = `upload-${process.pid}`;
const begin = performance.now();
if (name === "aws uploader") await bySdk();
else await asRun(name === "refill" ? sameMemory() : stream());
const seconds = (performance.now() - begin) / 1_000;
console.log(JSON.stringify({ seconds, ...(await ownCosts()) }));
process.exit(0);

async function asRun(chunks) {
  const { createDestination } =
    await import("../../dist/transfer/destinations/destination-registry.js");
  const { stageFile } = await import("../../dist/transfer/stage-file.js");
  const { withoutLedger } = await import("./open-export.mjs");
  const destination = createDestination({
    definition: {
      type: "s3",
      bucket,
      prefix: null,
      region: "us-east-1",
      endpoint,
      path_style: true,
      sse: null,
      key: "unused",
      max_file_size_mb: null,
      access_key_id: "id",
      secret_access_key: "secret",
    },
    access: {
      secret: (reference) =>
        Promise.resolve(
          reference === "id" ? keys.accessKeyId : keys.secretAccessKey,
        ),
      isHostAllowed: () => true,
    },
  });
  const { interval, label, record, signal } = withoutLedger({
    startMs: 0,
    endMs: 1,
  });
  const writer = await destination.stage({
    descriptor: destination.describeStaged(key, 1),
    columns: [],
    origin: null,
    interval,
    label,
    record,
    signal,
  });
  const hash = createHash("sha256");
  await stageFile({
    key,
    writer,
    signal,
    records: () => 0,
    onBytes: () => undefined,
    chunks,
    hash: {
      update: (chunk) => hash.update(chunk),
      hex: () => hash.digest("hex"),
    },
  });
  await writer.publish(() => Promise.resolve());
}

async function bySdk() {
  const require = createRequire(join(packages, "any.js"));
  const { S3Client } = require("@aws-sdk/client-s3");
  const { Upload } = require("@aws-sdk/lib-storage");
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    credentials: keys,
    forcePathStyle: true,
  });
  const hash = createHash("sha256");
  const body = Readable.from(hashed(stream(), hash));
  const params = { Bucket: bucket, Key: key, Body: body };
  await new Upload({ client, params }).done();
  hash.digest("hex");
}

/** Each chunk in memory of its own. */
function stream() {
  return createReadStream(file, { highWaterMark: chunkBytes });
}

async function* sameMemory() {
  const memory = Buffer.allocUnsafeSlow(chunkBytes);
  const reading = await open(file);
  for (;;) {
    const { bytesRead } = await reading.read(memory, 0, chunkBytes, null);
    if (bytesRead === 0) break;
    yield memory.subarray(0, bytesRead);
  }
  await reading.close();
}

async function* hashed(chunks, hash) {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
