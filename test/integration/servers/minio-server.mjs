import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Runs MinIO with its objects in a folder, and returns when it answers. It ends with this process, however that dies. */
export async function runMinio({ command, folder, port, keys, env = {} }) {
  const address = `127.0.0.1:${port}`;
  // The shell ends the server when its own input closes: so it does, too, when this process is killed.
  const child = spawn(
    "/bin/sh",
    [
      "-c",
      '"$0" "$@" </dev/null & server=$!; cat >/dev/null; kill $server; wait $server',
      command,
      "server",
      "--quiet",
      "--address",
      address,
      folder,
    ],
    {
      stdio: ["pipe", "ignore", "ignore"],
      env: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        MINIO_ROOT_USER: keys.accessKeyId,
        MINIO_ROOT_PASSWORD: keys.secretAccessKey,
        MINIO_BROWSER: "off",
        MINIO_UPDATE: "off",
        ...env,
      },
    },
  );
  const endpoint = `http://${address}`;
  const stop = async () => {
    const exit = once(child, "exit");
    child.stdin.end();
    await exit;
  };
  for (const deadlineMs = Date.now() + 90_000; !(await isReady(endpoint));) {
    if (Date.now() > deadlineMs) {
      await stop();
      throw new Error(`Expected MinIO to answer on ${address} within 90 s.`);
    }
    await sleep(100);
  }
  return { endpoint, stop };
}

async function isReady(endpoint) {
  const answer = await fetch(`${endpoint}/minio/health/ready`).catch(
    () => null,
  );
  return answer?.status === 200;
}
