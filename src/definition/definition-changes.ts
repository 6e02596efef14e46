import { canonicalJson } from "../domain/canonical-json.js";
import type { BatchExportDefinition } from "./definition.js";

/** A part of a definition that two versions have differently: `destination.prefix`. */
export interface DefinitionChange {
  readonly path: string;
  /** As JSON; null: it is not there. */
  readonly from: string | null;
  readonly to: string | null;
}

/** What differs between two definitions, by path. */
export function definitionChanges(
  from: BatchExportDefinition,
  to: BatchExportDefinition,
): readonly DefinitionChange[] {
  const before = new Map(leavesOf(from, ""));
  const after = new Map(leavesOf(to, ""));
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((path) => ({
      path,
      from: before.get(path) ?? null,
      to: after.get(path) ?? null,
    }))
    .filter((change) => change.from !== change.to);
}

function leavesOf(value: object, path: string): [string, string][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const at = path === "" ? name : `${path}.${name}`;
    return typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? leavesOf(inner, at)
      : [[at, canonicalJson(inner)] as [string, string]];
  });
}

/** What decides which intervals there are, and so what a plan is made of. */
const intervalPaths = ["interval", "timezone", "offset"];

/** Whether a change makes other intervals. */
export function changesIntervals({ path }: DefinitionChange): boolean {
  return intervalPaths.includes(path);
}

/** `destination.prefix from "a/" to "b/"`. */
export function changeText({ path, from, to }: DefinitionChange): string {
  return `${path} from ${from ?? "nothing"} to ${to ?? "nothing"}`;
}
