import { RefillError } from "../domain/errors.js";
import type { AccessPolicy } from "./config.js";

/**
 * Refuses a connection string unless every host that it could lead to is on the allow-list. An empty list allows any.
 * What can't be read beyond doubt is refused too. Ports don't count; upper and lower case are the same.
 * @throws RefillError SOURCE_HOST_NOT_ALLOWED
 */
export function assertHostAllowed(
  connectionString: string,
  { allowedHosts }: AccessPolicy,
): void {
  if (allowedHosts.length === 0) return;
  const allowed = allowedHosts.map(normalHost);
  const hosts = hostsOf(connectionString);
  if (hosts === null) throw unreadable();
  const refused = hosts.find((host) => !allowed.includes(host));
  if (refused === undefined) return;
  throw new RefillError(
    "SOURCE_HOST_NOT_ALLOWED",
    `Expected a database host that REFILL_ALLOWED_HOSTS names (${allowedHosts.join(", ")}), got ${refused === "" ? "none" : refused}: name it in full in the connection string, or add it to the list.`,
    { details: { host: refused } },
  );
}

/**
 * Whether the allow-list lets a host be reached, by its name or address as a URL has it. An empty list allows any.
 * Ports don't count; upper and lower case are the same.
 */
export function isHostAllowed(
  host: string,
  { allowedHosts }: Pick<AccessPolicy, "allowedHosts">,
): boolean {
  if (allowedHosts.length === 0) return true;
  return allowedHosts.map(normalHost).includes(normalHost(host));
}

/**
 * Every host in a URL, normalised: the one after the user, and any in its parameters, of which the driver takes the
 * last. Several in one place are separated by commas. Null where the driver might read the text in another way.
 */
function hostsOf(connectionString: string): readonly string[] | null {
  if (!/^postgres(ql)?:\/\//.test(connectionString)) return null;
  // The driver rewrites a text with blanks or stray percent signs before it reads it.
  if (/[\s\p{C}\\]|%(?![\da-f]{2})/iu.test(connectionString)) return null;
  try {
    const url = new URL(connectionString);
    const inParameters = [...url.searchParams]
      .filter(([name]) => hostParameters.has(name.toLowerCase()))
      .map(([, value]) => value);
    const inUrl = decodeURIComponent(url.hostname);
    // With neither, the driver takes PGHOST or localhost: an empty host, which no list allows.
    const isReplaced = inUrl === "" && url.searchParams.has("host");
    const places = isReplaced ? [] : [inUrl];
    return [...places, ...inParameters].flatMap((place) =>
      place.split(",").map(normalHost),
    );
  } catch {
    return null;
  }
}

/** `service` names a section of a file that may hold a host. */
const hostParameters = new Set(["host", "hostaddr", "service"]);

function normalHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/(?<=[^.])\.$/, "");
}

function unreadable(): RefillError {
  return new RefillError(
    "SOURCE_HOST_NOT_ALLOWED",
    "Expected a URL of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE, got a connection string whose host can't be told for certain: write it in that form, with special characters percent-encoded.",
  );
}
