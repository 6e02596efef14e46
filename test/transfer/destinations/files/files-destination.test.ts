import { execFileSync } from "node:child_process";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createDestination } from "../../../../src/transfer/destinations/destination-registry.js";
import { destinationConformance } from "../../../suites/destination-conformance.js";
import { anyProbe } from "../../any-probe.js";
import { noAccess } from "../../no-access.js";
import { stageAt } from "../../stage-at.js";

const isRoot = process.getuid?.() === 0;

function filesAt(filesRoot: string, path: string) {
  return createDestination({
    definition: { type: "files", path, key: "unused", max_file_size_mb: null },
    access: noAccess(filesRoot),
  });
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

destinationConformance("files", async () => {
  const filesRoot = await mkdtemp(join(tmpdir(), "refill-files-"));
  return {
    destination: filesAt(filesRoot, "flights"),
    read: (key) => readFile(join(filesRoot, "flights", key)).catch(() => null),
    list: () => filesBelow(filesRoot),
    remove: () => rm(filesRoot, { recursive: true, force: true }),
  };
});

describe("a files destination", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "refill-files-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test("stages beside the final name, hidden, under its token", async () => {
    const destination = filesAt(root, "flights");
    const writer = await stageAt(destination, "2001/a.jsonl", 42);
    expect(await readdir(join(root, "flights/2001"))).toEqual([
      ".a.jsonl.42.partial",
    ]);
    await writer.discard();
  });

  test("makes a root that is not there yet", async () => {
    const destination = filesAt(join(root, "not/yet"), "flights");
    await destination.probe(anyProbe);
    expect((await stat(join(root, "not/yet/flights"))).isDirectory()).toBe(
      true,
    );
  });

  test("tells two folders apart by its identity", () => {
    expect(filesAt(root, "a").identity).not.toBe(filesAt(root, "b").identity);
    expect(filesAt(root, "a").identity).toBe(filesAt(root, "./a/").identity);
  });

  test("destroys what was staged under an earlier path of the definition", async () => {
    const earlier = filesAt(root, "old");
    const writer = await stageAt(earlier, "a", 1);
    await filesAt(root, "new").destroyStaged(earlier.describeStaged("a", 1));
    await writer.finish();
    await expect(writer.publish()).rejects.toMatchObject({
      code: "CLAIM_LOST",
    });
  });

  test.each(["../outside", "/etc", "a/../../b"])(
    "refuses the folder %s outside the root",
    (path) => {
      expect(() => filesAt(root, path)).toThrow(
        expect.objectContaining({ code: "DESTINATION_FORBIDDEN" }),
      );
    },
  );

  test("follows no link out of the root, neither to write nor to remove", async () => {
    const outside = await mkdtemp(join(tmpdir(), "refill-outside-"));
    await writeFile(join(outside, "kept"), "kept");
    await symlink(outside, join(root, "flights"));
    const destination = filesAt(root, "flights");
    const forbidden = { code: "DESTINATION_FORBIDDEN" };
    await expect(stageAt(destination, "deep/er/a", 1)).rejects.toMatchObject(
      forbidden,
    );
    await expect(destination.removePublished(["kept"])).rejects.toMatchObject(
      forbidden,
    );
    expect(await readdir(outside)).toEqual(["kept"]);
    await rm(outside, { recursive: true });
  });

  test("follows a link that stays inside the root", async () => {
    await mkdir(join(root, "real"));
    await symlink(join(root, "real"), join(root, "linked"));
    await filesAt(root, "linked").probe(anyProbe);
  });

  test("says that a place below a plain file cannot be written", async () => {
    await writeFile(join(root, "plain"), "");
    for (const path of ["plain", "plain/below/it"]) {
      await expect(filesAt(root, path).probe(anyProbe)).rejects.toMatchObject({
        code: "DESTINATION_UNWRITABLE",
        retryable: false,
      });
    }
  });

  test("does not replace a folder that stands under the final name", async () => {
    const destination = filesAt(root, "flights");
    await mkdir(join(root, "flights/a/below"), { recursive: true });
    const writer = await stageAt(destination, "a", 1);
    await writer.finish();
    await expect(writer.publish()).rejects.toMatchObject({
      code: "DESTINATION_UNWRITABLE",
    });
    await writer.discard();
    expect(await filesBelow(root)).toEqual([]);
  });

  (isRoot ? test : test.skip)(
    "says that a disk is full, and leaves nothing there",
    async () => {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", root]);
      try {
        const destination = filesAt(root, "flights");
        const writer = await stageAt(destination, "a", 1);
        const fill = async () => {
          for (let i = 0; i < 100; i += 1) {
            await writer.write(Buffer.alloc(65_536));
          }
        };
        await expect(fill()).rejects.toMatchObject({
          code: "DESTINATION_FULL",
          retryable: true,
        });
        await writer.discard();
        expect(await filesBelow(root)).toEqual([]);
      } finally {
        execFileSync("umount", [root]);
      }
    },
  );
});
