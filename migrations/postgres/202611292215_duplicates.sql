-- Persons whom the registry may hold twice. A pair stands here once, however often it is found, with why: levels and bits, nobody's
-- name or number. `numbers` is a keyed hash over both id numbers: a verdict is asked about again only when one of them changes.
create table duplicate_pairs (
  pair_id text primary key,
  first_no integer not null references persons,
  second_no integer not null references persons,
  ground text not null check (ground in ('same_number', 'evidence')),
  bits double precision not null,
  explanation jsonb not null,
  numbers bytea not null,
  found_at timestamptz not null,
  state text not null check (state in ('open', 'decided', 'disputed', 'released')),
  version integer not null,
  round integer not null,
  verdict text check (verdict in ('same', 'different', 'unsure')),
  second text not null check (second in ('none', 'wanted', 'agreed', 'settled')),
  overturned boolean not null,
  -- User ids of those who read this round, in order.
  readers text[] not null,
  claimed_by text,
  claimed_until timestamptz,
  check (first_no < second_no),
  unique (first_no, second_no)
);
create index duplicate_pairs_second on duplicate_pairs (second_no);
create index duplicate_pairs_queue on duplicate_pairs (ground, bits, pair_id);
-- A pair is seen by whoever sees a household that one of the two belongs or belonged to.
alter table duplicate_pairs enable row level security;
create policy duplicate_pairs_scope on duplicate_pairs using (
  coalesce(current_setting('yilian.scope', true), '') = '*'
  or exists (
    select from memberships m join household_states h on h.household_no = m.household_no
    where m.person_no in (duplicate_pairs.first_no, duplicate_pairs.second_no) and m.replaced is null and h.replaced is null
      and yilian_sees(h.region_code, (select yilian_scope()))
  )
);

-- The history of each pair; nothing in it is changed or taken away.
create table duplicate_events (
  pair_id text not null references duplicate_pairs,
  version integer not null,
  at timestamptz not null,
  actor text not null,
  type text not null check (type in ('read', 'overturned', 'released', 'reopened')),
  round integer not null,
  reading smallint,
  verdict text,
  note text,
  primary key (pair_id, version)
);
alter table duplicate_events enable row level security;
create policy duplicate_events_scope on duplicate_events using (
  exists (select from duplicate_pairs p where p.pair_id = duplicate_events.pair_id)
);
revoke update, delete, truncate on duplicate_events from yilian_app;

-- What the registry's keeper is asked to put right: the product changes nothing in a registry that is not its own. A row is closed,
-- never taken away: when the registry says otherwise, or when the verdict is taken back.
create table correction_orders (
  order_no bigint generated always as identity primary key,
  pair_id text not null references duplicate_pairs,
  -- 'duplicate': one person stands there twice. 'shared_number': two people stand under one number.
  kind text not null check (kind in ('duplicate', 'shared_number')),
  opened_at timestamptz not null,
  opened_by text not null,
  closed_at timestamptz,
  closed_why text check (closed_why in ('left', 'number_changed', 'withdrawn')),
  check ((closed_at is null) = (closed_why is null))
);
create unique index correction_orders_open on correction_orders (pair_id) where closed_at is null;
alter table correction_orders enable row level security;
create policy correction_orders_scope on correction_orders using (
  exists (select from duplicate_pairs p where p.pair_id = correction_orders.pair_id)
);
revoke delete, truncate on correction_orders from yilian_app;

-- Up to which revision everybody in the registry was compared with everybody else.
create table duplicate_scans (
  singleton boolean primary key default true check (singleton),
  revision bigint not null,
  model text not null,
  ended_at timestamptz not null
);
