import type { Command } from "commander";
import { revokeApiKey } from "../../../operations/access/api-keys.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";

/** `refill key revoke ID`. */
export function addKeyRevoke(parent: Command, line: CommandLine): void {
  const command = parent
    .command("revoke")
    .argument("<id>", "the key's id")
    .summary("end a key at once")
    .description("Ends a key: no request with it is answered from here on.")
    .addHelpText(
      "after",
      "\nExamples:\n  $ refill key revoke 0b6c4c0e-4a3f-4f0e-9d2b-3f1f6a0f7c11",
    );
  addCommonOptions(command);
  onInvoke<[id: string]>(command, line, {
    body: async ({ args: [id], config, output }) => {
      await withContext({ config }, (context) => revokeApiKey(context, { id }));
      await output.result({ id, revoked: true }, () => `Revoked ${id}.\n`);
      return 0;
    },
  });
}
