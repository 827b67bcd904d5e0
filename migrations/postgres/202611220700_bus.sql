-- The embedded message log (platform/bus): what Kafka does in a large installation, on the PostgreSQL that is there.

create table bus_topics (
  topic text primary key check (topic ~ '^[A-Za-z0-9._-]{1,249}$'),
  -- Fixed when the topic is made: with another number a key would move to another partition and lose its order.
  partitions integer not null check (partitions between 1 and 1024),
  created_at timestamptz not null default now()
);

-- `next` is the offset of the next message. A publisher raises it in its own transaction and so holds the row until it
-- has committed: nobody can commit a higher offset before a lower one, which is what lets readers pass by no message.
-- A sequence or an identity column would hand out the numbers first and let the commits overtake each other.
create table bus_partitions (
  partition_id integer generated always as identity primary key,
  topic text not null references bus_topics,
  partition integer not null,
  next bigint not null default 0,
  unique (topic, partition)
) with (fillfactor = 50);

-- No foreign key to bus_partitions: it would cost a look-up per message, and the publisher holds that row anyway.
-- Keys are bytes because text refuses a zero byte, headers json because jsonb does: a message that cannot be stored
-- would hold up everything behind it.
create table bus_messages (
  partition_id integer not null,
  log_offset bigint not null,
  received_at timestamptz(3) not null,
  key bytea,
  headers json,
  value bytea not null,
  primary key (partition_id, log_offset)
);

-- How far each group is. `lease_id` is also the number of the advisory lock that its one worker holds.
create table bus_offsets (
  lease_id integer generated always as identity primary key,
  group_name text not null,
  partition_id integer not null references bus_partitions,
  next bigint not null,
  moved_at timestamptz not null default now(),
  unique (group_name, partition_id)
) with (fillfactor = 50);
