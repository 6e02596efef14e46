-- Keys of the REST API. A key is shown once; here stands only what it takes to recognise it.
create table refill.api_key (
  id uuid primary key default gen_random_uuid(),
  team integer not null,
  name text not null,
  scopes text[] not null,
  secret_sha256 text not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  constraint api_key_name_is_well_formed check (name ~ '^[[:print:]]{1,100}$'),
  constraint api_key_scopes_are_known check (
    cardinality(scopes) > 0 and scopes <@ array['batch_export:read', 'batch_export:write']
  ),
  constraint api_key_secret_is_hashed check (secret_sha256 ~ '^[0-9a-f]{64}$')
);

create index api_key_by_team on refill.api_key (team, created_at);
