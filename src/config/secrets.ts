import { parseConnectionReference } from "../domain/connection-reference.js";
import { RefillError } from "../domain/errors.js";
import { parseSecretReference } from "../domain/secret-reference.js";
import type { AccessPolicy } from "./config.js";
import type { Environment } from "./environment.js";
import { readSecretFile } from "./secret-file.js";

export { assertHostAllowed } from "./allowed-hosts.js";

/**
 * The connection string behind a reference, as a `postgres://` URL. Keep it in memory only.
 * @throws RefillError SECRET_NOT_ALLOWED, SECRET_NOT_FOUND, SECRET_INVALID
 */
export async function resolveConnection({
  reference,
  access,
  env,
  defaultUrl,
}: {
  readonly reference: string;
  readonly access: AccessPolicy;
  readonly env: Environment;
  /** What `default` stands for. */
  readonly defaultUrl: string;
}): Promise<string> {
  const parsed = parseConnectionReference(reference);
  switch (parsed?.kind) {
    case undefined:
      throw notAllowed(
        "Expected a connection of the form default, env:NAME or file:PATH, got other text, which is not shown because it may be a secret.",
      );
    case "default":
      return defaultConnection(access, defaultUrl);
    case "env":
      return checked(fromEnvironment(parsed.name, access, env), reference);
    case "file":
      return checked(await readSecretFile(parsed.path, access), reference);
  }
}

/**
 * The text behind `env:NAME` or `file:PATH`, such as one of a pair of keys: one line without blanks. Keep it in memory only.
 * @throws RefillError SECRET_NOT_ALLOWED, SECRET_NOT_FOUND, SECRET_INVALID
 */
export async function resolveSecret({
  reference,
  access,
  env,
}: {
  readonly reference: string;
  readonly access: AccessPolicy;
  readonly env: Environment;
}): Promise<string> {
  const parsed = parseSecretReference(reference);
  if (parsed === null) {
    throw notAllowed(
      "Expected a reference of the form env:NAME or file:PATH, got other text, which is not shown because it may be a secret.",
    );
  }
  const secret =
    parsed.kind === "env"
      ? fromEnvironment(parsed.name, access, env)
      : await readSecretFile(parsed.path, access);
  if (/^\S+$/.test(secret)) return secret;
  throw new RefillError(
    "SECRET_INVALID",
    `Expected one line without blanks behind ${reference}, got other text, which is not shown: write the secret alone there.`,
    { details: { reference } },
  );
}

function defaultConnection(access: AccessPolicy, defaultUrl: string): string {
  if (access.allowDefaultConnection) return defaultUrl;
  throw notAllowed(
    "Expected a connection other than default, which this worker's configuration does not allow: refer to one by env:NAME or file:PATH, or set REFILL_ALLOW_DEFAULT_CONNECTION=true.",
  );
}

function fromEnvironment(
  name: string,
  { secretEnvPrefix }: AccessPolicy,
  env: Environment,
): string {
  if (!name.startsWith(secretEnvPrefix)) {
    throw notAllowed(
      `Expected env: with a name that begins with ${secretEnvPrefix}, got ${name}: rename the variable, or set REFILL_SECRET_ENV_PREFIX.`,
    );
  }
  const value = Object.hasOwn(env, name) ? (env[name] ?? "") : "";
  if (value !== "") return value;
  throw new RefillError(
    "SECRET_NOT_FOUND",
    `Expected a secret in the environment variable ${name}, got nothing: set it where the worker runs.`,
    { details: { name } },
  );
}

/** The driver takes any text for a connection string, and makes a host of what it does not understand. */
function checked(connectionString: string, reference: string): string {
  if (/^postgres(ql)?:\/\/\S+$/.test(connectionString)) return connectionString;
  throw new RefillError(
    "SECRET_INVALID",
    `Expected a URL of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE behind ${reference}, got other text, which is not shown: write the URL on one line, with special characters percent-encoded.`,
    { details: { reference } },
  );
}

function notAllowed(message: string): RefillError {
  return new RefillError("SECRET_NOT_ALLOWED", message);
}
