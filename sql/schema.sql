-- The ledger's schema as the migrations leave it, read from the catalogs. Written by `npm run schema:dump`: do not edit.

create schema refill;

create table refill.api_key (
  id uuid not null default gen_random_uuid(),
  team integer not null,
  name text not null,
  scopes text[] not null,
  secret_sha256 text not null,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_name_is_well_formed CHECK ((name ~ '^[[:print:]]{1,100}$'::text)),
  constraint api_key_scopes_are_known CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['batch_export:read'::text, 'batch_export:write'::text]))),
  constraint api_key_secret_is_hashed CHECK ((secret_sha256 ~ '^[0-9a-f]{64}$'::text))
);

create table refill.api_session (
  token_sha256 text not null,
  api_key_id uuid not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint api_session_pkey PRIMARY KEY (token_sha256),
  constraint api_session_ends_after_its_beginning CHECK ((expires_at > created_at)),
  constraint api_session_token_is_hashed CHECK ((token_sha256 ~ '^[0-9a-f]{64}$'::text))
);

create table refill.backfill (
  id uuid not null,
  team integer not null,
  batch_export_id uuid not null,
  definition_version integer not null,
  start_at timestamp with time zone,
  end_at timestamp with time zone,
  range_end timestamp with time zone not null,
  run_order text not null,
  concurrency integer not null,
  time_limit_ms bigint,
  note text,
  requested_by text not null,
  status text not null default 'Starting'::text,
  generation integer not null default 1,
  execution_index integer not null default 0,
  temporal_namespace text not null,
  temporal_cluster_id text not null,
  first_execution_run_id text,
  start_confirmed_at timestamp with time zone,
  reconciled_at timestamp with time zone,
  paused_at timestamp with time zone,
  cancel_requested_at timestamp with time zone,
  failure jsonb,
  plan_attempt integer not null default 0,
  planned_at timestamp with time zone,
  plan_digest text,
  approved_digest text,
  time_zone_version text,
  adjusted_start_at timestamp with time zone,
  total_runs integer,
  estimated_records bigint,
  warnings jsonb not null default '[]'::jsonb,
  total_records bigint,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  last_updated_at timestamp with time zone not null default now(),
  open_id uuid generated always as (
CASE
    WHEN (status = ANY (ARRAY['Starting'::text, 'Running'::text, 'ContinuedAsNew'::text])) THEN id
    ELSE NULL::uuid
END) stored,
  data_start_at timestamp with time zone,
  selection text not null default 'all'::text,
  selected_ranges tstzmultirange,
  stop_after integer not null default 5,
  pause_from integer not null default 100,
  pause_cause text,
  paused_reason text,
  cancel_mode text,
  control_version integer not null default 0,
  control_delivered integer not null default 0,
  source_columns jsonb,
  overlap text not null default 'refuse'::text,
  within_ranges tstzmultirange,
  place integer not null default 0,
  reach tstzmultirange not null generated always as (COALESCE(within_ranges, tstzmultirange(tstzrange(start_at, range_end)))) stored,
  repinned_from integer,
  reopened_before integer,
  constraint backfill_pkey PRIMARY KEY (id),
  constraint backfill_is_known_with_its_export UNIQUE (id, batch_export_id),
  constraint backfill_open_id_key UNIQUE (open_id),
  constraint backfill_cancel_has_its_mode CHECK ((((cancel_requested_at IS NULL) = (cancel_mode IS NULL)) AND (cancel_mode = ANY (ARRAY['drain'::text, 'stop'::text, 'abort'::text])))),
  constraint backfill_completes_only_with_a_plan CHECK (((status <> 'Completed'::text) OR (planned_at IS NOT NULL))),
  constraint backfill_concurrency_is_bounded CHECK (((concurrency >= 0) AND (concurrency <= 500))),
  constraint backfill_control_is_delivered_after_it_is_written CHECK (((control_delivered >= 0) AND (control_delivered <= control_version))),
  constraint backfill_counts_are_not_negative CHECK (((total_records >= 0) AND (estimated_records >= 0))),
  constraint backfill_data_starts_with_its_plan CHECK ((((planned_at IS NOT NULL) OR (data_start_at IS NULL)) AND isfinite(data_start_at) AND ((adjusted_start_at IS NULL) OR (adjusted_start_at >= data_start_at)))),
  constraint backfill_failure_belongs_to_a_bad_end CHECK (((failure IS NULL) OR (status = ANY (ARRAY['Failed'::text, 'FailedRetryable'::text, 'Terminated'::text, 'TimedOut'::text, 'Cancelled'::text])))),
  constraint backfill_generation_is_positive CHECK (((generation > 0) AND (execution_index >= 0))),
  constraint backfill_is_finished_when_closed CHECK (((finished_at IS NULL) = (status = ANY (ARRAY['Starting'::text, 'Running'::text, 'ContinuedAsNew'::text])))),
  constraint backfill_is_repinned_to_a_newer_definition CHECK ((repinned_from < definition_version)),
  constraint backfill_is_trimmed_to_what_was_free CHECK ((((overlap = 'trim'::text) = (within_ranges IS NOT NULL)) AND (NOT isempty(within_ranges)) AND (within_ranges <@ tstzmultirange(tstzrange(start_at, range_end))))),
  constraint backfill_order_is_known CHECK ((run_order = ANY (ARRAY['oldest'::text, 'newest'::text]))),
  constraint backfill_overlap_is_known CHECK ((overlap = ANY (ARRAY['refuse'::text, 'trim'::text, 'queue'::text]))),
  constraint backfill_pause_has_its_cause CHECK ((((paused_at IS NULL) = (pause_cause IS NULL)) AND (pause_cause = ANY (ARRAY['operator'::text, 'concurrency'::text, 'failures'::text])) AND ((paused_reason IS NULL) OR (paused_at IS NOT NULL)))),
  constraint backfill_plan_is_whole CHECK ((((planned_at IS NULL) = (total_runs IS NULL)) AND ((planned_at IS NULL) = (plan_digest IS NULL)) AND ((planned_at IS NOT NULL) OR (adjusted_start_at IS NULL)))),
  constraint backfill_range_ends_where_asked CHECK (((end_at IS NULL) OR (range_end = end_at))),
  constraint backfill_range_is_finite CHECK ((isfinite(range_end) AND isfinite(start_at) AND isfinite(adjusted_start_at))),
  constraint backfill_range_is_not_empty CHECK (((start_at IS NULL) OR (range_end > start_at))),
  constraint backfill_reopens_runs_only_while_open CHECK (((reopened_before IS NULL) OR ((reopened_before >= 0) AND (planned_at IS NOT NULL) AND (finished_at IS NULL)))),
  constraint backfill_selection_is_known CHECK ((selection = ANY (ARRAY['all'::text, 'missing'::text, 'failed'::text, 'stale'::text, 'ranges'::text]))),
  constraint backfill_selects_ranges_or_a_state CHECK (((selection = 'ranges'::text) = (selected_ranges IS NOT NULL))),
  constraint backfill_status_is_known CHECK ((status = ANY (ARRAY['Cancelled'::text, 'Completed'::text, 'ContinuedAsNew'::text, 'Failed'::text, 'FailedRetryable'::text, 'Terminated'::text, 'TimedOut'::text, 'Running'::text, 'Starting'::text]))),
  constraint backfill_stop_after_is_not_negative CHECK (((stop_after >= 0) AND (pause_from >= 0))),
  constraint backfill_time_limit_is_positive CHECK ((time_limit_ms > 0)),
  constraint backfill_total_runs_is_bounded CHECK (((total_runs >= 0) AND (total_runs <= 5000000)))
);

create table refill.batch_export (
  id uuid not null default gen_random_uuid(),
  team integer not null,
  name text not null,
  definition_version integer not null,
  created_at timestamp with time zone not null default now(),
  last_updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  deleted_by text,
  constraint batch_export_pkey PRIMARY KEY (id),
  constraint batch_export_is_deleted_by_whoever_did CHECK (((deleted_by IS NULL) OR (deleted_at IS NOT NULL))),
  constraint batch_export_name_is_well_formed CHECK ((name ~ '^[A-Za-z0-9._ -]{1,100}$'::text))
);

create table refill.batch_export_definition (
  batch_export_id uuid not null,
  version integer not null,
  definition jsonb not null,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  constraint batch_export_definition_pkey PRIMARY KEY (batch_export_id, version),
  constraint definition_version_is_positive CHECK ((version > 0))
);

create table refill.command (
  id uuid not null,
  backfill_id uuid not null,
  kind text not null,
  arguments jsonb not null default '{}'::jsonb,
  reason text,
  requested_by text not null,
  requested_at timestamp with time zone not null default now(),
  constraint command_pkey PRIMARY KEY (id),
  constraint command_kind_is_known CHECK ((kind = ANY (ARRAY['start'::text, 'cancel'::text, 'pause'::text, 'resume'::text, 'set-concurrency'::text, 'retry'::text, 'repin'::text])))
);

create table refill.failure_streak (
  backfill_id uuid not null,
  fingerprint text not null,
  length integer not null,
  constraint failure_streak_pkey PRIMARY KEY (backfill_id),
  constraint failure_streak_length_is_not_negative CHECK ((length >= 0))
);

create table refill.finding (
  verification_id uuid not null,
  ordinal integer not null,
  number integer not null,
  kind text not null,
  key text,
  expected jsonb,
  actual jsonb,
  constraint finding_pkey PRIMARY KEY (verification_id, ordinal, number),
  constraint finding_kind_is_known CHECK ((kind = ANY (ARRAY['count'::text, 'missing'::text, 'changed'::text, 'extra'::text, 'rows'::text]))),
  constraint finding_names_its_object CHECK (((key IS NULL) = (kind = ANY (ARRAY['count'::text, 'rows'::text]))))
);

create table refill.interval_claim (
  batch_export_id uuid not null,
  data_interval_start timestamp with time zone not null,
  data_interval_end timestamp with time zone not null,
  token bigint not null,
  run_id uuid,
  staged jsonb not null default '[]'::jsonb,
  published jsonb,
  constraint interval_claim_pkey PRIMARY KEY (batch_export_id, data_interval_start, data_interval_end),
  constraint interval_claim_interval_is_not_empty CHECK ((data_interval_end > data_interval_start)),
  constraint interval_claim_token_is_positive CHECK ((token > 0))
);

create table refill.migration (
  version integer not null,
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (version)
);

create table refill.replaced_pin (
  backfill_id uuid not null,
  definition_version integer not null,
  source_columns jsonb,
  replaced_at timestamp with time zone not null default now(),
  constraint replaced_pin_pkey PRIMARY KEY (backfill_id, definition_version)
);

create table refill.run (
  id uuid not null default gen_random_uuid(),
  backfill_id uuid,
  batch_export_id uuid not null,
  ordinal integer,
  data_interval_start timestamp with time zone not null,
  data_interval_end timestamp with time zone not null,
  status text not null default 'Starting'::text,
  attempt integer not null default 0,
  claim_token bigint,
  claimed_by text,
  next_attempt_at timestamp with time zone,
  records_expected bigint,
  records_completed bigint,
  bytes_exported bigint,
  files jsonb,
  latest_error jsonb,
  skip_reason text,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  last_updated_at timestamp with time zone not null default now(),
  open_backfill_id uuid generated always as (
CASE
    WHEN (status = ANY (ARRAY['Starting'::text, 'Running'::text])) THEN backfill_id
    ELSE NULL::uuid
END) stored,
  slot smallint,
  claimed_at timestamp with time zone,
  schedule_id uuid,
  definition_version integer,
  fired_for timestamp with time zone,
  is_lookback boolean not null default false,
  place text,
  place_slot smallint,
  constraint run_pkey PRIMARY KEY (id),
  constraint run_interval_is_unique_in_its_backfill UNIQUE (backfill_id, data_interval_start),
  constraint run_ordinal_is_unique_in_its_backfill UNIQUE (backfill_id, ordinal),
  constraint run_at_work_holds_a_claim CHECK (((status <> 'Running'::text) OR ((claim_token IS NOT NULL) AND (started_at IS NOT NULL)))),
  constraint run_at_work_holds_a_slot CHECK (((status <> 'Running'::text) OR (backfill_id IS NULL) OR (slot IS NOT NULL))),
  constraint run_belongs_to_a_backfill_or_a_schedule CHECK (((backfill_id IS NULL) = (schedule_id IS NOT NULL))),
  constraint run_completes_with_its_counts CHECK (((status <> 'Completed'::text) OR ((records_completed IS NOT NULL) AND (bytes_exported IS NOT NULL) AND (files IS NOT NULL)))),
  constraint run_counts_are_not_negative CHECK (((attempt >= 0) AND (records_expected >= 0) AND (records_completed >= 0) AND (bytes_exported >= 0))),
  constraint run_counts_only_what_it_completed CHECK (((status = 'Completed'::text) OR (records_completed IS NULL))),
  constraint run_fails_with_its_error CHECK (((status <> ALL (ARRAY['Failed'::text, 'FailedRetryable'::text, 'TimedOut'::text])) OR (latest_error IS NOT NULL))),
  constraint run_interval_is_finite CHECK ((isfinite(data_interval_start) AND isfinite(data_interval_end))),
  constraint run_interval_is_not_empty CHECK ((data_interval_end > data_interval_start)),
  constraint run_is_finished_when_closed CHECK (((finished_at IS NULL) = (status = ANY (ARRAY['Starting'::text, 'Running'::text])))),
  constraint run_is_skipped_without_records CHECK (((skip_reason IS NULL) OR ((status = 'Completed'::text) AND (records_completed = 0)))),
  constraint run_of_a_schedule_is_pinned CHECK ((((schedule_id IS NULL) = (fired_for IS NULL)) AND ((schedule_id IS NULL) OR (definition_version IS NOT NULL)) AND ((schedule_id IS NOT NULL) OR (NOT is_lookback)))),
  constraint run_ordinal_belongs_to_a_backfill CHECK ((((ordinal IS NULL) = (backfill_id IS NULL)) AND (ordinal >= 0))),
  constraint run_place_has_a_slot CHECK (((place IS NULL) = (place_slot IS NULL))),
  constraint run_place_slot_is_in_the_highest_cap CHECK (((place_slot >= 0) AND (place_slot <= 499))),
  constraint run_slot_is_in_the_widest_window CHECK (((slot >= 0) AND (slot <= 499))),
  constraint run_status_is_known CHECK ((status = ANY (ARRAY['Starting'::text, 'Running'::text, 'Completed'::text, 'Failed'::text, 'FailedRetryable'::text, 'TimedOut'::text, 'Cancelled'::text, 'Terminated'::text])))
);

create table refill.run_attempt (
  run_id uuid not null,
  claim_token bigint not null,
  generation integer not null,
  attempt integer not null,
  worker text not null,
  began_at timestamp with time zone,
  ended_at timestamp with time zone not null default now(),
  became text not null,
  error jsonb,
  constraint run_attempt_pkey PRIMARY KEY (run_id, claim_token),
  constraint run_attempt_became_is_known CHECK ((became = ANY (ARRAY['Starting'::text, 'Failed'::text, 'FailedRetryable'::text, 'TimedOut'::text, 'Cancelled'::text, 'Terminated'::text]))),
  constraint run_attempt_is_positive CHECK (((attempt > 0) AND (generation > 0)))
);

create table refill.run_tally (
  backfill_id uuid not null,
  shard smallint not null,
  starting bigint not null default 0,
  running bigint not null default 0,
  completed bigint not null default 0,
  empty bigint not null default 0,
  failed bigint not null default 0,
  failed_retryable bigint not null default 0,
  timed_out bigint not null default 0,
  cancelled bigint not null default 0,
  terminated bigint not null default 0,
  records bigint not null default 0,
  bytes bigint not null default 0,
  changed_at timestamp with time zone not null default now(),
  constraint run_tally_pkey PRIMARY KEY (backfill_id, shard),
  constraint run_tally_is_not_negative CHECK (((starting >= 0) AND (running >= 0) AND (completed >= 0) AND (empty >= 0) AND (failed >= 0) AND (failed_retryable >= 0) AND (timed_out >= 0) AND (cancelled >= 0) AND (terminated >= 0) AND (records >= 0) AND (bytes >= 0)))
) with (fillfactor=50);

create table refill.schedule (
  id uuid not null,
  batch_export_id uuid not null,
  live_from timestamp with time zone not null,
  fired_through timestamp with time zone not null,
  lookback integer not null,
  delay_ms bigint not null,
  jitter_ms bigint not null,
  catch_up_ms bigint not null,
  concurrency integer not null,
  audit text not null,
  last_audit jsonb,
  note text,
  paused_at timestamp with time zone,
  paused_reason text,
  last_fired_for timestamp with time zone,
  last_fired_at timestamp with time zone,
  revision integer not null default 1,
  mirrored_revision integer not null default 0,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  last_updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  constraint schedule_pkey PRIMARY KEY (id),
  constraint schedule_audit_is_known CHECK ((audit = ANY (ARRAY['off'::text, 'report'::text, 'repair'::text]))),
  constraint schedule_fires_from_its_beginning_on CHECK ((fired_through >= live_from)),
  constraint schedule_firing_has_both_its_times CHECK (((last_fired_for IS NULL) = (last_fired_at IS NULL))),
  constraint schedule_is_mirrored_after_it_is_written CHECK (((mirrored_revision >= 0) AND (mirrored_revision <= revision))),
  constraint schedule_pause_has_its_time CHECK (((paused_reason IS NULL) OR (paused_at IS NOT NULL))),
  constraint schedule_settings_are_bounded CHECK ((((lookback >= 0) AND (lookback <= 1000)) AND (delay_ms >= 0) AND (jitter_ms >= 0) AND (catch_up_ms >= 10000) AND ((concurrency >= 1) AND (concurrency <= 100)))),
  constraint schedule_times_are_finite CHECK ((isfinite(live_from) AND isfinite(fired_through)))
);

create table refill.schedule_command (
  id uuid not null default gen_random_uuid(),
  schedule_id uuid not null,
  kind text not null,
  reason text,
  requested_by text not null,
  requested_at timestamp with time zone not null default now(),
  constraint schedule_command_pkey PRIMARY KEY (id),
  constraint schedule_command_kind_is_known CHECK ((kind = ANY (ARRAY['pause'::text, 'resume'::text, 'trigger'::text, 'delete'::text])))
);

create table refill.verification (
  id uuid not null,
  backfill_id uuid not null,
  deep boolean not null,
  status text not null default 'Running'::text,
  total_runs integer not null,
  checked_through integer not null default '-1'::integer,
  checked_runs integer not null default 0,
  superseded_runs integer not null default 0,
  differing_runs integer not null default 0,
  findings integer not null default 0,
  failure jsonb,
  requested_by text not null,
  created_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  constraint verification_pkey PRIMARY KEY (id),
  constraint verification_counts_add_up CHECK (((checked_through >= '-1'::integer) AND (total_runs >= 0) AND ((superseded_runs >= 0) AND (superseded_runs <= checked_runs)) AND ((differing_runs >= 0) AND (differing_runs <= checked_runs)) AND (findings >= differing_runs))),
  constraint verification_fails_with_its_error CHECK (((status = 'Failed'::text) = (failure IS NOT NULL))),
  constraint verification_is_finished_when_closed CHECK (((finished_at IS NULL) = (status = 'Running'::text))),
  constraint verification_status_is_known CHECK ((status = ANY (ARRAY['Running'::text, 'Completed'::text, 'Failed'::text, 'Cancelled'::text])))
);

CREATE INDEX api_key_by_team ON refill.api_key USING btree (team, created_at);

CREATE INDEX api_session_by_end ON refill.api_session USING btree (expires_at);

CREATE INDEX backfill_by_export ON refill.backfill USING btree (batch_export_id, created_at);

CREATE INDEX backfill_by_team ON refill.backfill USING btree (team, created_at);

CREATE INDEX backfill_open ON refill.backfill USING btree (team, batch_export_id) WHERE (open_id IS NOT NULL);

CREATE UNIQUE INDEX batch_export_name_is_unique_in_its_team ON refill.batch_export USING btree (team, name) WHERE (deleted_at IS NULL);

CREATE INDEX command_by_backfill ON refill.command USING btree (backfill_id, requested_at);

CREATE INDEX run_by_export ON refill.run USING btree (batch_export_id, data_interval_start);

CREATE INDEX run_exported ON refill.run USING btree (backfill_id, finished_at) WHERE ((attempt > 0) AND (finished_at IS NOT NULL));

CREATE INDEX run_failed ON refill.run USING btree (backfill_id, ordinal) WHERE (status = ANY (ARRAY['Failed'::text, 'FailedRetryable'::text, 'TimedOut'::text]));

CREATE INDEX run_live ON refill.run USING btree (batch_export_id, data_interval_start) WHERE (backfill_id IS NULL);

CREATE UNIQUE INDEX run_live_is_asked_for_once ON refill.run USING btree (schedule_id, data_interval_start, fired_for) WHERE (schedule_id IS NOT NULL);

CREATE UNIQUE INDEX run_live_slot_is_held_by_one_run ON refill.run USING btree (schedule_id, slot) WHERE ((schedule_id IS NOT NULL) AND (status = 'Running'::text));

CREATE UNIQUE INDEX run_live_waits_once ON refill.run USING btree (schedule_id, data_interval_start) WHERE ((schedule_id IS NOT NULL) AND (status = ANY (ARRAY['Starting'::text, 'Running'::text])));

CREATE INDEX run_open ON refill.run USING btree (open_backfill_id, ordinal) WHERE (open_backfill_id IS NOT NULL);

CREATE UNIQUE INDEX run_place_slot_is_held_by_one_run ON refill.run USING btree (place, place_slot) WHERE ((status = 'Running'::text) AND (place IS NOT NULL));

CREATE UNIQUE INDEX run_slot_is_held_by_one_run ON refill.run USING btree (open_backfill_id, slot) WHERE (status = 'Running'::text);

CREATE INDEX schedule_command_by_schedule ON refill.schedule_command USING btree (schedule_id, requested_at);

CREATE UNIQUE INDEX schedule_is_alone_at_its_export ON refill.schedule USING btree (batch_export_id) WHERE (deleted_at IS NULL);

CREATE INDEX verification_by_backfill ON refill.verification USING btree (backfill_id, created_at);

CREATE UNIQUE INDEX verification_is_alone_at_its_backfill ON refill.verification USING btree (backfill_id) WHERE (finished_at IS NULL);

alter table refill.api_session
  add constraint api_session_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES refill.api_key(id);

alter table refill.backfill
  add constraint backfill_pins_a_definition FOREIGN KEY (batch_export_id, definition_version) REFERENCES refill.batch_export_definition(batch_export_id, version);

alter table refill.batch_export
  add constraint batch_export_has_its_current_definition FOREIGN KEY (id, definition_version) REFERENCES refill.batch_export_definition(batch_export_id, version) DEFERRABLE INITIALLY DEFERRED;

alter table refill.batch_export_definition
  add constraint batch_export_definition_batch_export_id_fkey FOREIGN KEY (batch_export_id) REFERENCES refill.batch_export(id);

alter table refill.command
  add constraint command_backfill_id_fkey FOREIGN KEY (backfill_id) REFERENCES refill.backfill(id);

alter table refill.failure_streak
  add constraint failure_streak_backfill_id_fkey FOREIGN KEY (backfill_id) REFERENCES refill.backfill(id);

alter table refill.finding
  add constraint finding_verification_id_fkey FOREIGN KEY (verification_id) REFERENCES refill.verification(id);

alter table refill.interval_claim
  add constraint interval_claim_batch_export_id_fkey FOREIGN KEY (batch_export_id) REFERENCES refill.batch_export(id);

alter table refill.replaced_pin
  add constraint replaced_pin_backfill_id_fkey FOREIGN KEY (backfill_id) REFERENCES refill.backfill(id);

alter table refill.run
  add constraint run_belongs_to_the_export_of_its_backfill FOREIGN KEY (backfill_id, batch_export_id) REFERENCES refill.backfill(id, batch_export_id);

alter table refill.run
  add constraint run_is_open_only_in_an_open_backfill FOREIGN KEY (open_backfill_id) REFERENCES refill.backfill(open_id);

alter table refill.run
  add constraint run_pins_a_definition FOREIGN KEY (batch_export_id, definition_version) REFERENCES refill.batch_export_definition(batch_export_id, version);

alter table refill.run
  add constraint run_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES refill.schedule(id);

alter table refill.run_attempt
  add constraint run_attempt_run_id_fkey FOREIGN KEY (run_id) REFERENCES refill.run(id);

alter table refill.run_tally
  add constraint run_tally_backfill_id_fkey FOREIGN KEY (backfill_id) REFERENCES refill.backfill(id);

alter table refill.schedule
  add constraint schedule_batch_export_id_fkey FOREIGN KEY (batch_export_id) REFERENCES refill.batch_export(id);

alter table refill.schedule_command
  add constraint schedule_command_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES refill.schedule(id);

alter table refill.verification
  add constraint verification_backfill_id_fkey FOREIGN KEY (backfill_id) REFERENCES refill.backfill(id);

CREATE OR REPLACE FUNCTION refill.error_fingerprint(error jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (((error ->> 'code'::text) || ': '::text) || regexp_replace((error ->> 'message'::text), '"[^"]*"|[[:xdigit:]]{8}(-[[:xdigit:]]{4}){3}-[[:xdigit:]]{12}|[0-9]+([-T:.][0-9]+)*Z?'::text, '#'::text, 'g'::text));

CREATE OR REPLACE FUNCTION refill.hold_closing_to_the_ledger()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  ledger record;
begin
  select
    coalesce(sum(completed), 0) as completed,
    coalesce(sum(starting + running + failed + failed_retryable + timed_out + cancelled + terminated), 0) as others,
    coalesce(sum(records), 0) as records
  into ledger
  from refill.run_tally where backfill_id = new.id;
  if ledger.records is distinct from new.total_records then
    raise check_violation using
      constraint = 'backfill_closes_with_the_sum_of_its_runs',
      message = format(
        'backfill %s does not close as %s: its runs completed %s records where %s are claimed',
        new.id, new.status, ledger.records, coalesce(new.total_records::text, 'none')
      );
  end if;
  if new.status = 'Completed' and (ledger.completed <> new.total_runs or ledger.others > 0) then
    raise check_violation using
      constraint = 'backfill_completes_only_when_its_ledger_adds_up',
      message = format(
        'backfill %s is not Completed: of %s planned runs %s completed, and %s stand otherwise',
        new.id, new.total_runs, ledger.completed, ledger.others
      );
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refill.keep_the_closed_ledger()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  closed uuid;
begin
  select b.id into closed
  from (select distinct backfill_id from changed) c
  join refill.backfill b on b.id = c.backfill_id
  where b.finished_at is not null
  limit 1;
  if closed is not null then
    raise check_violation using
      constraint = tg_name,
      message = format('backfill %s is closed: no run can be added to its ledger, or removed from it', closed);
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refill.refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise check_violation using
    constraint = tg_name, schema = tg_table_schema, table = tg_table_name, message = tg_argv[0];
end $function$;

CREATE OR REPLACE FUNCTION refill.tally_changed_runs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  with change as (
    select -1 as n, backfill_id, ordinal, status, skip_reason, records_completed, bytes_exported from before_change
    union all
    select 1 as n, backfill_id, ordinal, status, skip_reason, records_completed, bytes_exported from after_change
  ), delta as (
    select
      backfill_id, (ordinal & 63)::smallint as shard,
      coalesce(sum(n) filter (where status = 'Starting'), 0) as starting,
      coalesce(sum(n) filter (where status = 'Running'), 0) as running,
      coalesce(sum(n) filter (where status = 'Completed'), 0) as completed,
      coalesce(sum(n) filter (where skip_reason is not null), 0) as empty,
      coalesce(sum(n) filter (where status = 'Failed'), 0) as failed,
      coalesce(sum(n) filter (where status = 'FailedRetryable'), 0) as failed_retryable,
      coalesce(sum(n) filter (where status = 'TimedOut'), 0) as timed_out,
      coalesce(sum(n) filter (where status = 'Cancelled'), 0) as cancelled,
      coalesce(sum(n) filter (where status = 'Terminated'), 0) as terminated,
      coalesce(sum(n * records_completed), 0) as records,
      coalesce(sum(n * bytes_exported), 0) as bytes
    from change
    where backfill_id is not null
    group by 1, 2
  ), locked as (
    select tally.backfill_id, tally.shard
    from refill.run_tally tally
    join delta using (backfill_id, shard)
    order by 1, 2
    for update of tally
  )
  update refill.run_tally tally set
    starting = tally.starting + delta.starting,
    running = tally.running + delta.running,
    completed = tally.completed + delta.completed,
    empty = tally.empty + delta.empty,
    failed = tally.failed + delta.failed,
    failed_retryable = tally.failed_retryable + delta.failed_retryable,
    timed_out = tally.timed_out + delta.timed_out,
    cancelled = tally.cancelled + delta.cancelled,
    terminated = tally.terminated + delta.terminated,
    records = tally.records + delta.records,
    bytes = tally.bytes + delta.bytes,
    changed_at = now()
  from delta
  join locked using (backfill_id, shard)
  where tally.backfill_id = delta.backfill_id and tally.shard = delta.shard;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refill.tally_deleted_runs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  with delta as (
    select
      backfill_id, (ordinal & 63)::smallint as shard,
      count(*) filter (where status = 'Starting') as starting,
      count(*) filter (where status = 'Running') as running,
      count(*) filter (where status = 'Completed') as completed,
      count(*) filter (where skip_reason is not null) as empty,
      count(*) filter (where status = 'Failed') as failed,
      count(*) filter (where status = 'FailedRetryable') as failed_retryable,
      count(*) filter (where status = 'TimedOut') as timed_out,
      count(*) filter (where status = 'Cancelled') as cancelled,
      count(*) filter (where status = 'Terminated') as terminated,
      coalesce(sum(records_completed), 0) as records,
      coalesce(sum(bytes_exported), 0) as bytes
    from deleted
    where backfill_id is not null
    group by 1, 2
  ), locked as (
    select tally.backfill_id, tally.shard
    from refill.run_tally tally
    join delta using (backfill_id, shard)
    order by 1, 2
    for update of tally
  )
  update refill.run_tally tally set
    starting = tally.starting - delta.starting,
    running = tally.running - delta.running,
    completed = tally.completed - delta.completed,
    empty = tally.empty - delta.empty,
    failed = tally.failed - delta.failed,
    failed_retryable = tally.failed_retryable - delta.failed_retryable,
    timed_out = tally.timed_out - delta.timed_out,
    cancelled = tally.cancelled - delta.cancelled,
    terminated = tally.terminated - delta.terminated,
    records = tally.records - delta.records,
    bytes = tally.bytes - delta.bytes,
    changed_at = now()
  from delta
  join locked using (backfill_id, shard)
  where tally.backfill_id = delta.backfill_id and tally.shard = delta.shard;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refill.tally_inserted_runs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into refill.run_tally as tally (
    backfill_id, shard, starting, running, completed, empty, failed, failed_retryable, timed_out, cancelled, terminated,
    records, bytes
  )
  select
    backfill_id, ordinal & 63,
    count(*) filter (where status = 'Starting'),
    count(*) filter (where status = 'Running'),
    count(*) filter (where status = 'Completed'),
    count(*) filter (where skip_reason is not null),
    count(*) filter (where status = 'Failed'),
    count(*) filter (where status = 'FailedRetryable'),
    count(*) filter (where status = 'TimedOut'),
    count(*) filter (where status = 'Cancelled'),
    count(*) filter (where status = 'Terminated'),
    coalesce(sum(records_completed), 0),
    coalesce(sum(bytes_exported), 0)
  from inserted
  where backfill_id is not null
  group by 1, 2
  order by 1, 2
  on conflict (backfill_id, shard) do update set
    starting = tally.starting + excluded.starting,
    running = tally.running + excluded.running,
    completed = tally.completed + excluded.completed,
    empty = tally.empty + excluded.empty,
    failed = tally.failed + excluded.failed,
    failed_retryable = tally.failed_retryable + excluded.failed_retryable,
    timed_out = tally.timed_out + excluded.timed_out,
    cancelled = tally.cancelled + excluded.cancelled,
    terminated = tally.terminated + excluded.terminated,
    records = tally.records + excluded.records,
    bytes = tally.bytes + excluded.bytes,
    changed_at = now();
  return null;
end $function$;

CREATE TRIGGER backfill_closes_only_when_its_ledger_adds_up BEFORE INSERT OR UPDATE ON refill.backfill FOR EACH ROW WHEN ((new.finished_at IS NOT NULL)) EXECUTE FUNCTION refill.hold_closing_to_the_ledger();

CREATE TRIGGER backfill_keeps_its_plan BEFORE UPDATE OF planned_at, plan_digest, adjusted_start_at, total_runs ON refill.backfill FOR EACH ROW WHEN (((old.planned_at IS NOT NULL) AND ((((old.planned_at IS DISTINCT FROM new.planned_at) OR (old.plan_digest IS DISTINCT FROM new.plan_digest)) OR (old.adjusted_start_at IS DISTINCT FROM new.adjusted_start_at)) OR (old.total_runs IS DISTINCT FROM new.total_runs)))) EXECUTE FUNCTION refill.refuse('a backfill keeps its plan once the plan is valid');

CREATE TRIGGER backfill_keeps_its_reach BEFORE UPDATE OF overlap, within_ranges ON refill.backfill FOR EACH ROW WHEN (((old.overlap IS DISTINCT FROM new.overlap) OR (old.within_ranges IS DISTINCT FROM new.within_ranges))) EXECUTE FUNCTION refill.refuse('a backfill keeps what it was trimmed to, or queued for');

CREATE TRIGGER backfill_keeps_its_request BEFORE UPDATE OF id, team, batch_export_id, start_at, end_at, range_end, run_order, created_at ON refill.backfill FOR EACH ROW WHEN (((((((((old.id IS DISTINCT FROM new.id) OR (old.team IS DISTINCT FROM new.team)) OR (old.batch_export_id IS DISTINCT FROM new.batch_export_id)) OR (old.start_at IS DISTINCT FROM new.start_at)) OR (old.end_at IS DISTINCT FROM new.end_at)) OR (old.range_end IS DISTINCT FROM new.range_end)) OR (old.run_order IS DISTINCT FROM new.run_order)) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION refill.refuse('a backfill keeps the request that it was made from');

CREATE TRIGGER backfill_keeps_its_selection BEFORE UPDATE OF selection, selected_ranges, data_start_at ON refill.backfill FOR EACH ROW WHEN ((((old.selection IS DISTINCT FROM new.selection) OR (old.selected_ranges IS DISTINCT FROM new.selected_ranges)) OR ((old.planned_at IS NOT NULL) AND (old.data_start_at IS DISTINCT FROM new.data_start_at)))) EXECUTE FUNCTION refill.refuse('a backfill keeps what it was asked to run, and what its plan found');

CREATE TRIGGER backfill_knows_its_first_definition BEFORE UPDATE OF definition_version, repinned_from ON refill.backfill FOR EACH ROW WHEN ((((old.definition_version IS DISTINCT FROM new.definition_version) OR (old.repinned_from IS DISTINCT FROM new.repinned_from)) AND ((new.definition_version <= old.definition_version) OR (new.repinned_from IS DISTINCT FROM COALESCE(old.repinned_from, old.definition_version))))) EXECUTE FUNCTION refill.refuse('a backfill pins newer definitions only, and knows the one it was started with');

CREATE TRIGGER backfill_never_goes_back BEFORE UPDATE OF generation, execution_index ON refill.backfill FOR EACH ROW WHEN ((ROW(new.generation, new.execution_index) < ROW(old.generation, old.execution_index))) EXECUTE FUNCTION refill.refuse('a generation, and the index of its executions, never goes down');

CREATE TRIGGER definition_is_never_rewritten BEFORE UPDATE ON refill.batch_export_definition FOR EACH ROW EXECUTE FUNCTION refill.refuse('a definition is kept as it was: write the next version');

CREATE TRIGGER interval_claim_token_never_falls BEFORE UPDATE OF token ON refill.interval_claim FOR EACH ROW WHEN ((new.token < old.token)) EXECUTE FUNCTION refill.refuse('the token of a claim never goes down: publishing is fenced by it');

CREATE TRIGGER run_changed_is_tallied AFTER UPDATE ON refill.run REFERENCING OLD TABLE AS before_change NEW TABLE AS after_change FOR EACH STATEMENT EXECUTE FUNCTION refill.tally_changed_runs();

CREATE TRIGGER run_deleted_is_tallied AFTER DELETE ON refill.run REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION refill.tally_deleted_runs();

CREATE TRIGGER run_inserted_is_tallied AFTER INSERT ON refill.run REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION refill.tally_inserted_runs();

CREATE TRIGGER run_joins_only_an_open_backfill AFTER INSERT ON refill.run REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refill.keep_the_closed_ledger();

CREATE TRIGGER run_keeps_its_place BEFORE UPDATE OF id, backfill_id, batch_export_id, ordinal, data_interval_start, data_interval_end ON refill.run FOR EACH ROW WHEN (((((((old.id IS DISTINCT FROM new.id) OR (old.backfill_id IS DISTINCT FROM new.backfill_id)) OR (old.batch_export_id IS DISTINCT FROM new.batch_export_id)) OR (old.ordinal IS DISTINCT FROM new.ordinal)) OR (old.data_interval_start IS DISTINCT FROM new.data_interval_start)) OR (old.data_interval_end IS DISTINCT FROM new.data_interval_end))) EXECUTE FUNCTION refill.refuse('a run keeps its backfill, its number and its interval');

CREATE TRIGGER run_leaves_only_an_open_backfill AFTER DELETE ON refill.run REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refill.keep_the_closed_ledger();

CREATE TRIGGER run_stays_as_it_closed AFTER UPDATE OF status, records_completed, bytes_exported, files, definition_version ON refill.run FOR EACH ROW WHEN (((old.finished_at IS NOT NULL) AND ((old.status = 'Completed'::text) OR (new.finished_at IS NOT NULL)) AND (((((old.status IS DISTINCT FROM new.status) OR (old.records_completed IS DISTINCT FROM new.records_completed)) OR (old.bytes_exported IS DISTINCT FROM new.bytes_exported)) OR (old.files IS DISTINCT FROM new.files)) OR (old.definition_version IS DISTINCT FROM new.definition_version)))) EXECUTE FUNCTION refill.refuse('a closed run changes only by being reopened, and a completed one never');

CREATE TRIGGER schedule_keeps_its_export BEFORE UPDATE OF id, batch_export_id, live_from ON refill.schedule FOR EACH ROW WHEN ((((old.id IS DISTINCT FROM new.id) OR (old.batch_export_id IS DISTINCT FROM new.batch_export_id)) OR (old.live_from IS DISTINCT FROM new.live_from))) EXECUTE FUNCTION refill.refuse('a schedule keeps its export and its beginning');
