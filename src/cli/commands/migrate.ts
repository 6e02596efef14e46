import type { Command } from "commander";
import { findServers } from "../../embedded/find-servers.js";
import { migrate, type MigrationResult } from "../../store/database/migrate.js";
import { addCommonOptions, type CommandLine, onInvoke } from "../invocation.js";

/** `refill migrate`. */
export function addMigrate(parent: Command, line: CommandLine): void {
  const command = parent
    .command("migrate")
    .summary("bring the database's schema up to date")
    .description(
      "Brings the schema of Refill's database up to date. Safe to run from many processes at once, and when there is nothing to do.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ DATABASE_URL=... TEMPORAL_ADDRESS=... refill migrate
  $ refill migrate --json`,
    );
  addCommonOptions(command);
  onInvoke(command, line, {
    body: async ({ config, output }) => {
      const { databaseUrl } = await findServers({ config });
      const result = await migrate({ connectionString: databaseUrl });
      await output.result(result, () => describe(result));
      return 0;
    },
  });
}

function describe({ renumbered, from, to, applied }: MigrationResult): string {
  const numbering = renumbered
    ? "Replaced the old numbering of migrations: its last version is now version 1.\n"
    : "";
  return applied.length === 0
    ? `${numbering}The schema is up to date, at version ${to}.\n`
    : `${numbering}Brought the schema from version ${from} to ${to}: ${applied.join(", ")}.\n`;
}
