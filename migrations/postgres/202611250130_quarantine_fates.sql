-- What became of refused rows. A row of quarantine is never changed and never deleted; its fate stands beside it.

-- Where the row says that it belongs, so that readers see the rows of their own regions. Null: it does not say.
alter table quarantine add column region_code text;
create index quarantine_kind on quarantine (feed, reason, field, quarantine_no);
create index quarantine_received on quarantine (received_at);
revoke update, delete, truncate on quarantine from yilian_app;

-- One decision about one or many refused rows: what was written in their place, by whom and why, or that nothing was.
create table corrections (
  correction_no bigint generated always as identity primary key,
  -- Made by whoever asks: the same asked again is answered with what was done.
  correction_id text not null unique,
  feed text not null,
  kind text not null check (kind in ('edit', 'mapping', 'dismiss')),
  -- Columns and what was written into them; sealed, because it may name people. Null where nothing was written.
  change_sealed bytea,
  reason text not null,
  actor text not null,
  role text not null,
  made_at timestamptz not null,
  entries integer not null,
  -- The corrected rows as they were sent through the door again. Null: dismissed.
  file_no integer references received_files
);
revoke delete, truncate on corrections from yilian_app;

-- Rows without a fate wait. Its key makes a fate a thing that happens once: of two people at once the second is told.
create table quarantine_fates (
  quarantine_no bigint primary key references quarantine,
  correction_no bigint not null references corrections,
  -- Line of the corrected row in the correction's file. Null: dismissed.
  line bigint,
  -- What came of it; null while it is on its way, and where it was dismissed.
  outcome text check (outcome in ('accepted', 'duplicate', 'not_authorised', 'completion', 'rejected')),
  record_id text,
  -- The entry that it came back as, refused again.
  next_no bigint references quarantine
);
create index quarantine_fates_correction on quarantine_fates (correction_no, line);
create index quarantine_fates_next on quarantine_fates (next_no);
revoke delete, truncate on quarantine_fates from yilian_app;

alter table loads drop constraint loads_origin_check;
alter table loads add constraint loads_origin_check
  check (origin in ('directory', 'inbox', 'push', 'topic', 'correction'));

-- What was taken of each feed by the day of receipt. What was received before this table is not counted in it.
create table feed_intake (
  feed text not null,
  day date not null,
  accepted bigint not null,
  duplicate bigint not null,
  conflicting bigint not null,
  not_authorised bigint not null,
  primary key (feed, day)
);
