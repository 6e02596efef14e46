import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";

/** A history of a workflow as Temporal keeps it: events that a replay of the workflow's code has to agree with. */
export interface RecordedHistory {
  /** Where it lies: `unreleased/backfill/completed`. */
  readonly name: string;
  readonly history: HistoryJson;
}

export interface HistoryJson {
  readonly events: readonly HistoryEvent[];
}

interface HistoryEvent {
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

type History = Parameters<typeof historyToJSON>[0];

const folder = join(__dirname, "histories");
/** Recorded from code that no release holds yet: these alone may be recorded anew. */
const unreleased = join(folder, "unreleased");

/** Every history in the repository, of released versions and of what is to be the next one. */
export function recordedHistories(): readonly RecordedHistory[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .sort()
    .map((path) => ({
      name: path.replace(/\.json$/, ""),
      history: JSON.parse(
        readFileSync(join(folder, path), "utf8"),
      ) as HistoryJson,
    }));
}

/** Makes room for new recordings of one group; those of released versions stay. */
export function removeUnreleased(group: string): void {
  rmSync(join(unreleased, group), { recursive: true, force: true });
  mkdirSync(join(unreleased, group), { recursive: true });
}

/** Keeps a history under `group/name`, an event a line, without what tells of the machine that it was recorded on. */
export function keepHistory(name: string, history: History): void {
  const { events } = JSON.parse(
    historyToJSON(history),
    withoutMachine,
  ) as HistoryJson;
  const lines = events.map((event) => JSON.stringify(event));
  writeFileSync(
    join(unreleased, `${name}.json`),
    `{"events":[\n${lines.join(",\n")}\n]}\n`,
  );
}

/** Neither decides anything in a replay: who wrote an event, and from which line of which file an activity threw. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === "identity") return "recorder";
  return key === "stackTrace" ? "" : value;
}
