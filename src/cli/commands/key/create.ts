import type { Command } from "commander";
import { RefillError } from "../../../domain/errors.js";
import { createApiKey } from "../../../operations/access/api-keys.js";
import type { ApiScope } from "../../../store/access/api-key-rows.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { parseKeyName, parseScope } from "../../options/option-values.js";

interface CreateOptions {
  readonly scope: ApiScope;
  readonly name: string;
}

/** `refill key create --team N --scope SCOPE`. */
export function addKeyCreate(parent: Command, line: CommandLine): void {
  const command = parent
    .command("create")
    .summary("make a key; it is shown once")
    .description(
      "Makes a key of a team, and shows it: this once and never again.",
    )
    .requiredOption(
      "--scope <scope>",
      "batch_export:read, or batch_export:write, which includes reading",
      parseScope,
    )
    .option(
      "--name <text>",
      "whose key it is, for the audit trail",
      parseKeyName,
      "key",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill key create --team 1 --scope batch_export:write --name nightly
  $ curl -H "Authorization: Bearer $(refill key create --team 1 --scope batch_export:read --json | jq -r .key)" ...`,
    );
  addCommonOptions(command);
  onInvoke<[], CreateOptions>(command, line, {
    body: async ({ options, config, team, output }) => {
      const { name, scope } = options;
      const owner = team ?? config.team;
      if (owner === null) throw teamNeeded();
      const created = await withContext({ config }, (context) =>
        createApiKey(context, { team: owner, name, scopes: [scope] }),
      );
      await output.result(
        created,
        () =>
          `${created.key}\nThis is the only time that the key is shown. Revoke it with: refill key revoke ${created.id}\n`,
      );
      return 0;
    },
  });
}

function teamNeeded(): RefillError {
  return new RefillError(
    "USAGE",
    "Expected the team that the key is for; got none. Add --team N or set REFILL_TEAM.",
  );
}
