import type { Command } from "commander";
import { addCommonOptions, type CommandLine } from "../invocation.js";
import { addKeyCreate } from "./key/create.js";
import { addKeyList } from "./key/list.js";
import { addKeyRevoke } from "./key/revoke.js";

/** `refill key`: who may use the REST API. */
export function addKeyCommands(parent: Command, line: CommandLine): void {
  const noun = parent
    .command("key")
    .summary("keys of the REST API")
    .description(
      "Keys of the REST API: each belongs to a team and may read, or read and write.",
    );
  addCommonOptions(noun, { hidden: true });
  addKeyCreate(noun, line);
  addKeyList(noun, line);
  addKeyRevoke(noun, line);
}
