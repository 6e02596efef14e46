import { unknownId } from "./ledger-rows.js";
import type { Untruth } from "./untruth.js";

const insertKey = (key: { name?: string; scopes?: string; sha256?: string }) =>
  `insert into refill.api_key (team, name, scopes, secret_sha256, created_by)
   values (1, ${key.name ?? "'nightly'"}, ${key.scopes ?? "'{batch_export:read}'"}, ${key.sha256 ?? "repeat('0', 64)"}, 'test');`;

function insertSession(session: {
  readonly key?: string;
  readonly sha256?: string;
  readonly expires?: string;
}): string {
  const { key = "(select id from refill.api_key)" } = session;
  return `insert into refill.api_session (token_sha256, api_key_id, expires_at)
   values (${session.sha256 ?? "repeat('0', 64)"}, ${key}, ${session.expires ?? "now() + interval '1 hour'"});`;
}

/** Keys of the API, and sessions of the page, that cannot be. */
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
  [
    "a session of no key",
    "api_session_api_key_id_fkey",
    "",
    insertSession({ key: `'${unknownId}'` }),
  ],
  [
    "a session whose token is kept as it is",
    "api_session_token_is_hashed",
    insertKey({}),
    insertSession({ sha256: "'token'" }),
  ],
  [
    "a session that ends before it begins",
    "api_session_ends_after_its_beginning",
    insertKey({}),
    insertSession({ expires: "now() - interval '1 second'" }),
  ],
];
