/** A definition that exports `public.events` by day in UTC to files of its own, changed as a test needs it. */
export function eventDefinition(
  name: string,
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    name,
    team: 1,
    interval: "day",
    source: eventSource,
    destination: {
      type: "files",
      path: name,
      key: "{data_interval_start}-{data_interval_end}",
    },
    format: { type: "jsonl", compression: "none" },
    ...changes,
  };
}

export const eventSource = {
  type: "postgres",
  connection: "default",
  table: "public.events",
  timestamp_column: "at",
} as const;
