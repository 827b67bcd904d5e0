-- Records that come as messages, topic feed.<feed>.

-- How far every partition is taken, moved in the transaction of the effects: whatever the log brings again is passed over.
create table topic_offsets (
  topic text not null,
  partition integer not null,
  -- A topic that was deleted and made again begins at its first offset again.
  generation integer not null,
  next bigint not null,
  -- Time of the newest message that was taken.
  newest timestamptz not null,
  primary key (topic, partition)
);

-- A declaration that overtook data on other partitions: until the group has passed these offsets (by partition) it says
-- nothing. Null: in effect.
alter table completions add column waits_for jsonb;

-- One row while a declaration of completeness came in that no sweep of everything has looked at yet: it may make rules
-- true that no record makes true.
create table full_sweep_wanted (
  singleton boolean primary key check (singleton),
  since timestamptz not null
);
