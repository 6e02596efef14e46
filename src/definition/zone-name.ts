import { canonicalTimeZone } from "../domain/time/zone.js";

/** One spelling for each zone, so that a plan's digest does not depend on upper and lower case. */
export function zoneName(zone: string): string {
  return canonicalTimeZone(zone) ?? zone;
}
