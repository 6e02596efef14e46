import { toJson } from "../../contract/json.js";
import type { WorkerLog } from "../../worker/worker-log.js";
import type { Output } from "../terminal/output.js";

/** The log of a program that runs until it is stopped, on stderr, a line each: a time, a level where it is not `info`, the words and the facts; in JSON a document of them. */
export function programLog(
  output: Pick<Output, "json" | "notice">,
  format: "text" | "json",
  now: () => Date = () => new Date(),
): WorkerLog {
  const isJson = output.json || format === "json";
  return (message, { level = "info", ...facts } = {}) => {
    const at = now().toISOString();
    output.notice(
      isJson
        ? toJson({ at, level, message, ...facts })
        : `${at} ${prefixOf(level)}${message}${shown(facts)}`,
    );
  };
}

function prefixOf(level: unknown): string {
  return level === "info" ? "" : `${String(level).toUpperCase()} `;
}

function shown(facts: object): string {
  return Object.keys(facts).length === 0 ? "" : ` ${toJson(facts)}`;
}
