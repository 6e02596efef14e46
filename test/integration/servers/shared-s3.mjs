// The S3 server that all integration tests share.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { s3Keys } from "./s3-keys.mjs";
import { ensureSeaweedfs } from "./seaweedfs-binary.mjs";
import { runSeaweedfs } from "./seaweedfs-server.mjs";

/** Null where it can't be had: the tests of S3 are skipped then, and counted as such. */
export async function startSharedS3({ cacheDir, say }) {
  const command = await ensureSeaweedfs({ cacheDir, say });
  if (command === null) {
    say("SeaweedFS: can't be had here: the tests of S3 are skipped");
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), "refill-s3-"));
  const server = await runSeaweedfs({ command, folder, keys: s3Keys });
  say(`SeaweedFS: answers at ${server.endpoint}`);
  return {
    endpoint: server.endpoint,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
