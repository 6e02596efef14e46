-- Sessions of the page. The browser holds a token of each, the ledger its hash: a key never leaves the form it was typed in.
create table refill.api_session (
  token_sha256 text primary key,
  api_key_id uuid not null references refill.api_key,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint api_session_token_is_hashed check (token_sha256 ~ '^[0-9a-f]{64}$'),
  constraint api_session_ends_after_its_beginning check (expires_at > created_at)
);

create index api_session_by_end on refill.api_session (expires_at);
