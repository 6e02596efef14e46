import {
  parseSecretReference,
  type SecretReference,
} from "./secret-reference.js";

/** Where a connection string is to be found. The string itself is never written into a definition. */
export type ConnectionReference =
  { readonly kind: "default" } | SecretReference;

/**
 * Reads `default`, `env:NAME` or `file:PATH`; null for anything else. Never show what was refused: it may be a secret.
 * A path with `..` in it is refused, and so is one that holds a connection string.
 */
export function parseConnectionReference(
  text: string,
): ConnectionReference | null {
  return text === "default" ? { kind: "default" } : parseSecretReference(text);
}
