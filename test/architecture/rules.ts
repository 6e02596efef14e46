import { posix } from "node:path";
import type { ImportTable } from "./import-table.js";
import type { SourceFile } from "./source-file.js";

/** One line for each import that the table does not allow. */
export function importsOutsideTable(
  files: readonly SourceFile[],
  table: ImportTable,
): readonly string[] {
  return files.flatMap((file) => {
    const folder = lineOf(file.path, table);
    const allowed = table[folder];
    if (allowed === undefined) return [`${folder} is not in the import table`];
    return file.imports.flatMap(({ specifier, typeOnly }) => {
      const target = lineOfImport(file.path, specifier, table);
      if (target === folder || allowed.includes(target)) return [];
      if (typeOnly && allowed.includes(`type ${target}`)) return [];
      return [`${file.path} imports ${typeOnly ? "types of " : ""}${target}`];
    });
  });
}

/**
 * One line for each entry of the table that no import needs. An entry that allows code is not needed where types alone come
 * through. What `shared` names is not counted where a line has all of it.
 */
export function unusedInTable(
  files: readonly SourceFile[],
  table: ImportTable,
  shared: readonly string[],
): readonly string[] {
  return Object.entries(table).flatMap(([folder, allowed]) => {
    const own = files.filter(({ path }) => lineOf(path, table) === folder);
    if (own.length === 0) return [`${folder} does not exist`];
    const needed = new Set(own.flatMap((file) => entriesNeeded(file, table)));
    const hasShared = shared.every((entry) => allowed.includes(entry));
    return allowed
      .filter((entry) => !(hasShared && shared.includes(entry)))
      .filter((entry) => !needed.has(entry))
      .map((entry) => `${folder} does not import ${entry}`);
  });
}

function entriesNeeded(
  { path, imports }: SourceFile,
  table: ImportTable,
): readonly string[] {
  return imports.map(({ specifier, typeOnly }) => {
    const target = lineOfImport(path, specifier, table);
    return typeOnly ? `type ${target}` : target;
  });
}

/** The line of the table that an import needs: that of the folder it leads to, or a package's. */
function lineOfImport(
  path: string,
  specifier: string,
  table: ImportTable,
): string {
  return specifier.startsWith(".")
    ? lineOf(resolve(path, specifier), table)
    : targetOf(path, specifier);
}

/** Folders that import each other, directly or through others; types count too. */
export function cyclesBetweenFolders(
  files: readonly SourceFile[],
): readonly string[] {
  const edges = files.flatMap((file) =>
    file.imports
      .filter(({ specifier }) => specifier.startsWith("."))
      .map(({ specifier }) => ({
        from: folderOf(file.path),
        to: targetOf(file.path, specifier),
      })),
  );
  return findCycles(edges.filter(({ from, to }) => from !== to));
}

/** Files that import each other, directly or through others; types count too, for neither can be read alone. */
export function cyclesBetweenFiles(
  files: readonly SourceFile[],
): readonly string[] {
  return findCycles(
    files.flatMap((file) =>
      file.imports
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => ({
          from: file.path,
          to: resolve(file.path, specifier),
        })),
    ),
  );
}

/** What only workers may have: code that opens sources and destinations, and code that reads secrets. */
const behindTheWall = /^(transfer\/|config\/secrets?[.-])/;

/** Ways by which use cases and the API get past the wall, directly or through others; types count too. */
export function waysThroughTheWall(
  files: readonly SourceFile[],
): readonly string[] {
  const next = importGraph(files);
  return files
    .filter(({ path }) => ["operations", "api"].includes(folderOf(path)))
    .flatMap(({ path }) => {
      const way = shortestWay(path, next, (file) => behindTheWall.test(file));
      return way === null ? [] : [way.join(" -> ")];
    });
}

function importGraph(files: readonly SourceFile[]) {
  return new Map(
    files.map(({ path, imports }) => [
      path,
      new Set(
        imports
          .filter(({ specifier }) => specifier.startsWith("."))
          .map(({ specifier }) => resolve(path, specifier)),
      ),
    ]),
  );
}

export function filesLongerThan(
  files: readonly SourceFile[],
  lines: number,
): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const count = text.trimEnd().split("\n").length;
    return count > lines ? [`${path} has ${count} lines`] : [];
  });
}

export function environmentReaders(
  files: readonly SourceFile[],
): readonly string[] {
  return files
    .filter((file) => file.readsEnvironment && folderOf(file.path) !== "config")
    .map(({ path }) => path);
}

/** Where SQL may be written: the store, a source or a destination at its own database, and the making of the embedded one. */
const sqlFolders = [
  "store/",
  "transfer/sources/",
  "transfer/destinations/postgres/",
  "embedded/postgres/",
];

const statement =
  /^\s*(select\s|insert into |update [\w.]+( as)? \w|delete from |create (table|database|schema|role|index)|alter (table|role|database)|drop (table|database|schema)|with \w+ as |copy [\w.?(]+)/i;

/** Literals that begin as a statement does. English that begins so would be caught too: word it otherwise. */
export function sqlOutsideItsPlace(
  files: readonly SourceFile[],
): readonly string[] {
  return files
    .filter(({ path }) => !sqlFolders.some((folder) => path.startsWith(folder)))
    .flatMap(({ path, literals }) =>
      literals
        .filter((literal) => statement.test(literal))
        .map((literal) => `${path}: ${literal.trim().slice(0, 60)}`),
    );
}

const vague = /^(utils?|helpers?|common|types|lib|misc|index)$/;

/** Names that are not kebab-case, or that say nothing. `index` is for the workflows alone: their bundle needs one entry. */
export function badNames(files: readonly SourceFile[]): readonly string[] {
  return files
    .map(({ path }) => path)
    .filter((path) => path !== "workflows/index.ts")
    .filter((path) =>
      path
        .replace(/\.ts$/, "")
        .split("/")
        .some(
          (name) => vague.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name),
        ),
    );
}

/** Packages that src imports and package.json does not depend on. */
export function undeclaredPackages(
  files: readonly SourceFile[],
  dependencies: readonly string[],
): readonly string[] {
  const targets = files.flatMap((file) =>
    file.imports
      .filter(({ specifier }) => !/^(\.|node:)/.test(specifier))
      .map(({ specifier }) => targetOf(file.path, specifier)),
  );
  return [...new Set(targets)].filter((name) => !dependencies.includes(name));
}

/** The line of the table that a file belongs to: that of `contract/objects` before that of `contract`. */
function lineOf(path: string, table: ImportTable): string {
  const below = Object.keys(table)
    .filter((line) => line.includes("/") && path.startsWith(`${line}/`))
    .sort((one, other) => other.length - one.length);
  return below[0] ?? folderOf(path);
}

/** `store/pool.ts` belongs to `store`, `worker.ts` to itself. */
function folderOf(path: string): string {
  return path.split("/")[0] ?? path;
}

/** A folder of src, `node:`, or a package's name. */
function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith("node:")) return "node:";
  if (specifier.startsWith(".")) return folderOf(resolve(path, specifier));
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function resolve(path: string, specifier: string): string {
  const target = posix.join(posix.dirname(path), specifier);
  return target.replace(/\.js$/, ".ts");
}

interface Edge {
  readonly from: string;
  readonly to: string;
}

/** One line for each node that can be reached from itself: the shortest way round. */
function findCycles(edges: readonly Edge[]): readonly string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    next.set(from, (next.get(from) ?? new Set()).add(to));
  }
  return [...next.keys()].flatMap((start) => {
    const way = shortestWayRound(start, next);
    return way === null ? [] : [way.join(" -> ")];
  });
}

function shortestWayRound(
  start: string,
  next: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] | null {
  return shortestWay(start, next, (node) => node === start);
}

function shortestWay(
  start: string,
  next: ReadonlyMap<string, ReadonlySet<string>>,
  isGoal: (node: string) => boolean,
): readonly string[] | null {
  const seen = new Set<string>();
  const ways: (readonly string[])[] = [[start]];
  for (const way of ways) {
    for (const node of next.get(way.at(-1) ?? start) ?? []) {
      if (isGoal(node)) return [...way, node];
      if (!seen.has(node)) ways.push([...way, node]);
      seen.add(node);
    }
  }
  return null;
}
