import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { MigrationResult } from "../../../src/store/database/migrate.js";

/** A process of its own that migrates a database when it is told to. */
interface Migrator {
  /** Resolves once the process has loaded the code. */
  readonly ready: Promise<unknown>;
  readonly go: () => Promise<MigrationResult>;
}

/** What several migrators did that were all up before any of them began. */
export async function migrateAtOnce(
  count: number,
  target: { readonly databaseUrl: string; readonly sqlFolder: string },
): Promise<readonly MigrationResult[]> {
  const folder = await mkdtemp(join(tmpdir(), "refill-migrator-"));
  const program = join(folder, "migrator.mjs");
  await writeFile(program, programText());
  const migrators = Array.from({ length: count }, () =>
    startMigrator(program, target),
  );
  for (const { ready } of migrators) await ready;
  const results = await Promise.all(migrators.map(({ go }) => go()));
  await rm(folder, { recursive: true });
  return results;
}

function programText(): string {
  const compiled = join(__dirname, "../../../dist/store/database/migrate.js");
  return `
    import { migrate } from ${JSON.stringify(pathToFileURL(compiled).href)};
    const [, , connectionString, sqlFolder] = process.argv;
    process.stdout.write("ready\\n");
    process.stdin.once("data", async () => {
      process.stdout.write(JSON.stringify(await migrate({ connectionString, sqlFolder })));
      process.exit();
    });`;
}

function startMigrator(
  program: string,
  target: { readonly databaseUrl: string; readonly sqlFolder: string },
): Migrator {
  const args = [program, target.databaseUrl, target.sqlFolder];
  const child = spawn(process.execPath, args, {
    stdio: ["pipe", "pipe", "inherit"],
  });
  return {
    ready: once(child.stdout, "data"),
    go: async () => {
      child.stdin.write("go\n");
      const answered = once(child.stdout, "data") as Promise<[Buffer]>;
      const [answer] = await Promise.race([answered, end(child)]);
      return JSON.parse(answer.toString()) as MigrationResult;
    },
  };
}

async function end(child: ChildProcess): Promise<never> {
  await once(child, "close");
  throw new Error("A migrator ended without an answer: see its output.");
}
