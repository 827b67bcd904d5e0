-- Departments that send by a program of theirs (HTTP push).

-- A credential of a department's program. Of the token only the SHA-256 is kept: it is 32 random bytes.
create table machines (
  machine_id text primary key,
  name text not null unique,
  department text not null,
  -- What it may send, and for which region prefixes.
  feeds text[] not null,
  regions text[] not null,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- Pushes that named an idempotency key: the same key and body is answered as the first time.
create table pushes (
  machine_id text not null references machines,
  feed text not null,
  key text not null,
  body_sha256 bytea not null,
  load_no integer not null references loads,
  received_at timestamptz not null,
  -- Null until everything of it is taken.
  answer jsonb,
  primary key (machine_id, feed, key)
);
create index pushes_received on pushes (received_at);

-- Region prefixes that the sender of a file may speak about; null for a file that came another way.
alter table received_files add column regions text[];
