import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "@jest/globals";
import {
  fetchWheel,
  type WheelProgram,
} from "../../../src/embedded/process/wheel.js";

const isPipThere =
  spawnSync("python3", ["-m", "pip", "--version"]).status === 0;
const describeWithPip = isPipThere ? describe : describe.skip;

const makeWheel = `
import sys, zipfile
path, name = sys.argv[1:]
info = "greeter_bin-1.0.dist-info/"
with zipfile.ZipFile(path, "w") as archive:
    archive.writestr("greeter_bin-1.0.data/scripts/" + name, "#!/bin/sh\\necho hello\\n")
    archive.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: greeter-bin\\nVersion: 1.0\\n")
    archive.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: false\\nTag: py3-none-any\\n")
    archive.writestr(info + "RECORD", "")
`;

/** The real pip, with a folder for its index. */
describeWithPip("a program fetched as a wheel", () => {
  let folder: string;
  let index: string;
  /** One whose pip looks into a folder of ours. */
  let python: string;
  let cacheDir: string;
  let lines: string[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "refill-wheel-"));
    index = join(folder, "index");
    python = await pythonAs(
      "python-with-index",
      `PIP_NO_INDEX=1 PIP_FIND_LINKS="${index}" exec python3`,
    );
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    await rm(index, { recursive: true, force: true });
    await mkdir(index);
    cacheDir = await mkdtemp(join(folder, "cache-"));
    lines = [];
  });

  async function pythonAs(name: string, command: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${command} "$@"\n`);
    await chmod(path, 0o755);
    return path;
  }

  async function program(name = "greeter"): Promise<WheelProgram> {
    const wheel = join(index, "greeter_bin-1.0-py3-none-any.whl");
    spawnSync("python3", ["-c", makeWheel, wheel, name]);
    const hash = createHash("sha256").update(await readFile(wheel));
    return {
      title: "The greeter",
      binary: "greeter",
      requirement: "greeter-bin==1.0",
      // Another platform's wheel has its hash in the list too.
      sha256: ["0".repeat(64), hash.digest("hex")],
      megabytes: 1,
    };
  }

  function fetched(
    wanted: WheelProgram,
    options: { readonly python?: string; readonly signal?: AbortSignal } = {},
  ): Promise<boolean> {
    return fetchWheel({
      program: wanted,
      cacheDir,
      target: join(cacheDir, "greeter"),
      say: (line) => lines.push(line),
      python,
      ...options,
    });
  }

  async function expectRefusal(wanted: WheelProgram, why: string) {
    expect(await fetched(wanted)).toBe(false);
    expectSaid(why);
    expect(await readdir(cacheDir)).toEqual([]);
  }

  function expectSaid(why: string) {
    expect(lines).toEqual([
      "The greeter: fetching greeter-bin==1.0 by pip (1 MB)",
      expect.stringContaining(
        `The greeter: greeter-bin==1.0 can't be had by pip: ${why}`,
      ),
    ]);
    expect(lines[1]).not.toContain("\n");
  }

  test("is the one executable, which runs, and nothing else stays", async () => {
    expect(await fetched(await program())).toBe(true);
    expect(await readdir(cacheDir)).toEqual(["greeter"]);
    const target = join(cacheDir, "greeter");
    expect((await stat(target)).mode & 0o777).toBe(0o755);
    expect(spawnSync(target).stdout.toString()).toBe("hello\n");
  });

  test("is refused where no pinned hash is its own", async () => {
    const wanted = await program();
    const sha256 = wanted.sha256.slice(0, 1);
    await expectRefusal({ ...wanted, sha256 }, "it hasn't the pinned hash");
  });

  test("is refused where no hash is pinned at all", async () => {
    await expectRefusal(
      { ...(await program()), sha256: [] },
      "Hashes are required",
    );
  });

  test("is refused where the executable is not in it", async () => {
    await expectRefusal(
      await program("other"),
      "it has 0 programs named greeter",
    );
  });

  test("can't be had where the index doesn't know it", async () => {
    const wanted = await program();
    const requirement = "greeter-bin==2.0";
    expect(await fetched({ ...wanted, requirement })).toBe(false);
    expect(lines[1]).toContain(
      `No matching distribution found for ${requirement}`,
    );
  }, 20_000);

  test("can't be had without Python", async () => {
    const absent = join(folder, "python-that-is-not-there");
    expect(await fetched(await program(), { python: absent })).toBe(false);
    expectSaid(`${absent} is missing`);
  });

  test("can't be had by a Python without pip", async () => {
    const bare = await pythonAs("python-bare", "exec python3 -I -S");
    expect(await fetched(await program(), { python: bare })).toBe(false);
    expect(lines[1]).toContain("No module named pip");
  });

  test("is not waited for once the start is interrupted", async () => {
    await expect(
      fetched(await program(), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(await readdir(cacheDir)).toEqual([]);
  });
});
