/** The one on PATH, else the one in the project's cache; null where there is none that runs. */
export function findMinio(cacheDir: string): string | null;
