import { readFileSync } from "node:fs";

/** The version in package.json, two folders up both from `src` and from `dist`. */
export function programVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly version: string;
  };
  return version;
}
