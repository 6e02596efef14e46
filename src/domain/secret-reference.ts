/** Where a secret is to be found. The secret itself is never written into a definition. */
export type SecretReference =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

const envPattern = /^env:([A-Za-z_][A-Za-z0-9_]{0,199})$/;
const filePattern = /^file:([^\p{C}\\]{1,1000})$/u;

/**
 * Reads `env:NAME` or `file:PATH`; null for anything else. Never show what was refused: it may be a secret.
 * A path with `..` in it is refused, and so is one that holds a connection string.
 */
export function parseSecretReference(text: string): SecretReference | null {
  const name = envPattern.exec(text)?.[1];
  if (name !== undefined) return { kind: "env", name };
  const path = filePattern.exec(text)?.[1];
  if (path === undefined || !isPlainPath(path)) return null;
  return { kind: "file", path };
}

function isPlainPath(path: string): boolean {
  return (
    !path.split("/").includes("..") &&
    !path.includes("//") &&
    !/password=/i.test(path) &&
    !path.endsWith("/")
  );
}
