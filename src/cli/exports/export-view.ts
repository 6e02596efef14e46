import { stringify } from "yaml";
import type { BatchExportObject } from "../../contract/objects/batch-export.js";
import { printable } from "../terminal/printable.js";
import { renderDetails, renderTable } from "../terminal/table.js";

/** `Created flights (version 1, team 1): 0b6c…`. */
export function exportSentence(verb: string, of: BatchExportObject): string {
  return `${verb} ${of.name} (definition version ${of.definition_version}, team ${of.team}): ${of.id}\n`;
}

/** The batch exports, one a line. */
export function exportsTable(exports: readonly BatchExportObject[]): string {
  if (exports.length === 0) {
    return "There is no batch export yet. Create one with `refill export create FILE`.\n";
  }
  return renderTable(
    [
      { title: "NAME" },
      { title: "TEAM", align: "right" },
      { title: "INTERVAL" },
      { title: "SOURCE" },
      { title: "DESTINATION" },
      { title: "FORMAT" },
      { title: "ID" },
    ],
    exports.map(({ name, team, definition, id }) => [
      name,
      team.toString(),
      textAt(definition, "interval"),
      textAt(definition, "source", "table") || "query",
      destinationText(definition),
      textAt(definition, "format", "type"),
      id,
    ]),
  );
}

/** One batch export, and its definition as YAML. */
export function exportDetails(of: BatchExportObject): string {
  const details = renderDetails([
    ["Name", of.name],
    ["Team", of.team.toString()],
    ["Id", of.id],
    ["Definition version", of.definition_version.toString()],
    ["Created", of.created_at],
    ["Last updated", of.last_updated_at],
  ]);
  const lines = stringify(of.definition).trimEnd().split("\n");
  return `${details}\nDefinition\n${lines.map((line) => `  ${printable(line)}\n`).join("")}`;
}

/** `files:flights`, `s3:bucket/prefix`, `postgres:public.flights`. */
function destinationText(definition: unknown): string {
  const parts = ["path", "bucket", "prefix", "table"]
    .map((key) => textAt(definition, "destination", key))
    .filter((part) => part !== "");
  return `${textAt(definition, "destination", "type")}:${parts.join("/")}`;
}

/** The text at a path of a definition; empty where there is none. */
function textAt(definition: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key],
    definition,
  );
  return typeof found === "string" ? found : "";
}
