-- What was done to a schedule since it was made, and by whom: what the commands of a backfill are for backfills. A schedule
-- names who made it, a definition who wrote it, and an export who deleted it.
create table refill.schedule_command (
  id uuid primary key default gen_random_uuid(),
  schedule_id uuid not null references refill.schedule (id),
  kind text not null,
  reason text,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  constraint schedule_command_kind_is_known check (kind in ('pause', 'resume', 'trigger', 'delete'))
);

create index schedule_command_by_schedule on refill.schedule_command (schedule_id, requested_at);

alter table refill.batch_export
  add column deleted_by text,
  add constraint batch_export_is_deleted_by_whoever_did check (deleted_by is null or deleted_at is not null);
