/** What a worker has to say: a line for people, and for machines what it is about. */
export type WorkerLog = (message: string, facts?: LogFacts) => void;

/** `level` is `info` where it is not given. Nothing secret may be among them. */
type LogFacts = Readonly<Record<string, unknown>> & {
  readonly level?: LogLevel;
};

export type LogLevel = "debug" | "info" | "warn" | "error";
