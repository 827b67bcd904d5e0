-- What was received and how far it was taken. A row per file and per refused row, never a row per record.

create table loads (
  load_no integer generated always as identity primary key,
  directory text not null,
  as_of date not null,
  received_at timestamptz not null,
  -- Last day that a record of this load may be about (feeds.md section 2, future_date).
  latest_day date not null,
  registry_revision bigint,
  counts jsonb not null,
  state text not null check (state in ('taking', 'taken', 'judged')),
  outcome jsonb,
  started_at timestamptz not null,
  finished_at timestamptz
);

create table received_files (
  file_no integer generated always as identity primary key,
  feed text not null,
  name text not null,
  sha256 bytea not null,
  size bigint not null,
  encoding text not null,
  received_at timestamptz not null,
  unique (feed, name, sha256)
);

-- Progress of a load through a file (ordinal: its place in the order of receipt): everything before the position is taken, in the same transaction as its effects.
create table load_files (
  load_no integer not null references loads,
  file_no integer not null references received_files,
  ordinal integer not null,
  position bigint not null,
  line bigint not null,
  done boolean not null,
  primary key (load_no, file_no)
);

create table quarantine (
  quarantine_no bigint generated always as identity primary key,
  feed text not null,
  file_no integer not null references received_files,
  position bigint not null,
  reason text not null,
  field text,
  received_at timestamptz not null,
  raw_sealed bytea not null,
  raw_length bigint not null,
  unique (file_no, position)
);

create table completions (
  completion_no bigint generated always as identity primary key,
  feed text not null,
  region_prefix text not null,
  month integer not null,
  records bigint,
  received_at timestamptz not null,
  unique nulls not distinct (feed, region_prefix, month, records)
);

-- Rows of a feed, accepted or duplicate, by the month that completeness counts them in.
create table feed_months (
  feed text not null,
  month integer not null,
  rows bigint not null,
  primary key (feed, month)
);

-- Households whose findings may have changed, in the order of the change.
create table dirty_households (
  household_no integer primary key,
  sequence bigint not null
);
create sequence dirty_sequence;

-- Registry revisions up to which waiting records have been looked at again.
create table relinked (
  revision bigint primary key
);

-- One row in a store of fictional data: everything shown from it says 模拟数据.
create table synthetic_store (
  singleton boolean primary key check (singleton),
  seeded_at timestamptz not null
);

-- What keeps sweeps from running until it is done: facts are being rebuilt from the archive.
create table maintenance (
  task text primary key,
  begun_at timestamptz not null
);
