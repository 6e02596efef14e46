import type { Command } from "commander";
import {
  type ApiKeyObject,
  listApiKeys,
} from "../../../operations/access/api-keys.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { renderTable } from "../../terminal/table.js";

/** `refill key list`. */
export function addKeyList(parent: Command, line: CommandLine): void {
  const command = parent
    .command("list")
    .summary("list the keys")
    .description("Lists the keys, oldest first. None is shown itself.")
    .addHelpText("after", "\nExamples:\n  $ refill key list --team 1");
  addCommonOptions(command);
  onInvoke<[]>(command, line, {
    body: async ({ config, team, output }) => {
      const keys = await withContext({ config }, (context) =>
        listApiKeys(context, { team }),
      );
      await output.result(keys, () => keysTable(keys));
      return 0;
    },
  });
}

function keysTable(keys: readonly ApiKeyObject[]): string {
  if (keys.length === 0) return "There is no key yet. See refill key create.\n";
  return renderTable(
    ["NAME", "TEAM", "SCOPES", "LAST USED", "REVOKED", "ID"].map((title) => ({
      title,
    })),
    keys.map((key) => [
      key.name,
      key.team.toString(),
      key.scopes.join(" "),
      key.last_used_at ?? "never",
      key.revoked_at ?? "",
      key.id,
    ]),
  );
}
