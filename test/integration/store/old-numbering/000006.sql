-- The columns that a backfill's plan found at its source: all of its runs export these, whatever becomes of the table.
alter table refill.backfill
  add column source_columns jsonb; -- [{"name", "type"}]; null: not planned yet, or before this was recorded
