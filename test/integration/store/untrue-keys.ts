import type { Untruth } from "./untruth.js";

const insertKey = (key: { name?: string; scopes?: string; sha256?: string }) =>
  `insert into refill.api_key (team, name, scopes, secret_sha256, created_by)
   values (1, ${key.name ?? "'nightly'"}, ${key.scopes ?? "'{batch_export:read}'"}, ${key.sha256 ?? "repeat('0', 64)"}, 'test');`;

/** Keys of the API that cannot be. */
export const untrueKeys: readonly Untruth[] = [
  [
    "a key with a line break in its name",
    "api_key_name_is_well_formed",
    insertKey({}),
    insertKey({ name: "e'a\\nb'" }),
  ],
  [
    "a key that may do nothing",
    "api_key_scopes_are_known",
    "",
    insertKey({ scopes: "'{}'" }),
  ],
  [
    "a key that is kept as it is",
    "api_key_secret_is_hashed",
    "",
    insertKey({ sha256: "'secret'" }),
  ],
];
