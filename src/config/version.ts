import { readFileSync } from "node:fs";

let version: string | null = null;

/** The version in package.json, two folders up both from `src` and from `dist`. Read once. */
export function programVersion(): string {
  version ??= readVersion();
  return version;
}

function readVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  const parsed = JSON.parse(readFileSync(file, "utf8")) as {
    readonly version: string;
  };
  return parsed.version;
}
