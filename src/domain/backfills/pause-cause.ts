/** Why no run begins: an operator paused it, set its concurrency to 0, or too many runs in a row failed alike. */
export const pauseCauses = ["operator", "concurrency", "failures"] as const;

export type PauseCause = (typeof pauseCauses)[number];
