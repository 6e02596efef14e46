/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process as it is now. Everything else takes it as a parameter. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
