import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { freePort } from "../../../dist/embedded/process/free-ports.js";

const parts = ["master", "volume", "filer", "s3"];
const maxAttempts = 3;
const startWithinMs = 90_000;

/**
 * Runs SeaweedFS on free ports of this machine with its objects in a folder, and returns when it has stored one: about 4 s.
 * It ends with this process, however that dies.
 */
export async function runSeaweedfs({ command, folder, keys }) {
  for (let attempt = 1; ; attempt += 1) {
    const server = await start({ command, folder, keys });
    if (await answers(server, keys)) return server;
    await server.stop();
    // A port can be taken between the look and the server's start; more failures than this have another cause.
    if (attempt === maxAttempts) throw await noAnswer(folder);
  }
}

async function start({ command, folder, keys }) {
  await mkdir(folder, { recursive: true });
  const config = join(folder, "s3.json");
  await writeFile(config, JSON.stringify(identityOf(keys)), { mode: 0o600 });
  const ports = await choosePorts();
  const log = await open(logOf(folder), "w");
  const child = spawn(
    "/bin/sh",
    ["-c", untilInputCloses, command, ...argsOf({ folder, config, ports })],
    {
      stdio: ["pipe", "ignore", log.fd],
      env: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        SOCKETS: socketsOf(ports).join(" "),
        // A key of no value, so that objects can be encrypted.
        WEED_S3_SSE_KEK: "01".repeat(32),
        // One file for a bucket instead of seven: tests make many buckets.
        WEED_MASTER_VOLUME_GROWTH_COPY_1: "1",
      },
    },
  );
  await log.close();
  const ended = once(child, "exit");
  return {
    endpoint: `http://127.0.0.1:${ports.s3}`,
    hasEnded: () => child.exitCode !== null,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/**
 * The server ends when the shell's input closes: so it does, too, when this process is killed. At once, because its own way
 * to stop takes 15 s; and it leaves its sockets, which are always in /tmp.
 */
const untilInputCloses = `
exec 3<&0
"$0" "$@" </dev/null 3<&- & server=$!
( cat <&3 >/dev/null; kill -9 $server ) 2>/dev/null & 
wait $server
rm -f $SOCKETS
`;

function argsOf({ folder, config, ports }) {
  return [
    "server",
    `-dir=${folder}`,
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-s3",
    ...parts.flatMap((part) => [
      `-${part}.port=${ports[part]}`,
      `-${part}.port.grpc=${ports[`${part}.grpc`]}`,
    ]),
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    `-s3.config=${config}`,
    "-master.telemetry=false",
    // A bucket takes at least one file of its own. They grow beyond the limit where they have to.
    "-master.volumeSizeLimitMB=64",
    "-volume.max=10000",
  ];
}

async function choosePorts() {
  const ports = {};
  for (const name of parts.flatMap((part) => [part, `${part}.grpc`])) {
    const taken = Object.values(ports);
    ports[name] = await freePort({ preferred: null, taken });
  }
  return ports;
}

function socketsOf(ports) {
  return parts.flatMap((part) => [
    `/tmp/seaweedfs-${part}-${ports[part]}.sock`,
    `/tmp/seaweedfs-${part}-grpc-${ports[`${part}.grpc`]}.sock`,
  ]);
}

function identityOf({ accessKeyId, secretAccessKey }) {
  const credentials = [{ accessKey: accessKeyId, secretKey: secretAccessKey }];
  return { identities: [{ name: "tests", credentials, actions: ["Admin"] }] };
}

/** Its health says nothing of the part that stores: it is ready when an object was stored. */
async function answers({ endpoint, hasEnded }, keys) {
  const s3 = new S3({
    endpoint,
    region: "us-east-1",
    credentials: keys,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  try {
    for (
      const deadlineMs = Date.now() + startWithinMs;
      Date.now() < deadlineMs && !hasEnded();
    ) {
      if (await canStore(s3)) return true;
      await sleep(100);
    }
    return false;
  } finally {
    s3.destroy();
  }
}

async function canStore(s3) {
  const Bucket = "first-bucket";
  try {
    await s3.createBucket({ Bucket }).catch(unlessThere);
    await s3.putObject({ Bucket, Key: "first-object", Body: "stored" });
    return true;
  } catch {
    return false;
  }
}

function unlessThere(error) {
  if (!/^BucketAlready/.test(error.name)) throw error;
}

function logOf(folder) {
  return join(folder, "server.log");
}

async function noAnswer(folder) {
  const log = await readFile(logOf(folder), "utf8");
  return new Error(
    `SeaweedFS doesn't answer. The end of its log: ${log.slice(-1_000)}`,
  );
}
