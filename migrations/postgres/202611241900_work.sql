-- People who sign in, the steps of cases, referrals to departments, and what leaves by the outbox.

-- Region prefixes that the running transaction may see: {''}, which every code begins with, for '*', none for ''. An element
-- `<department>@<region prefix>` of a department's user matches no region, and without a prefix nothing.
-- Policies ask `yilian_sees(region, (select yilian_scope()))`: the sub-select runs once for a statement and the comparison
-- becomes a part of it, where `yilian_sees(region)` costs a call for every row.
create function yilian_scope() returns text[]
  language sql stable parallel safe
as $$
  select case when coalesce(current_setting('yilian.scope', true), '') = '*' then array['']
    else array(
      select given from unnest(string_to_array(coalesce(current_setting('yilian.scope', true), ''), ',')) as given
      where given ~ '^([a-z-]+@)?\d+$'
    ) end
$$;
create function yilian_sees(region text, scope text[]) returns boolean
  language sql immutable parallel safe
as $$
  -- With coalesce the planner takes half of the rows for seen; without, a hundredth, and chooses loops over tens of thousands.
  select coalesce(region ^@ any(scope), false)
$$;
create or replace function yilian_sees(region text) returns boolean
  language sql stable parallel safe
as $$
  select yilian_sees(region, yilian_scope())
$$;
alter policy household_states_scope on household_states using (yilian_sees(region_code, (select yilian_scope())));
alter policy warnings_scope on warnings using (yilian_sees(region_code, (select yilian_scope())));
-- A household's states have their policy: what is seen of them decides.
alter policy person_states_scope on person_states using (
  (select current_setting('yilian.scope', true)) = '*'
  or exists (
    select from memberships m join household_states h on h.household_no = m.household_no
    where m.person_no = person_states.person_no and m.replaced is null and h.replaced is null
  )
);

create table users (
  user_id text primary key,
  account text not null unique,
  name text not null,
  role text not null,
  -- Region prefixes given to the account.
  regions text[] not null,
  department text,
  -- scrypt with its parameters and salt (access/password.ts).
  password_hash text not null,
  -- Exists in a store of fictional data only.
  demo boolean not null default false,
  failures integer not null default 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null
);

-- A session is found by the hash of its cookie: who reads this table can't take one over.
create table sessions (
  session_hash bytea primary key,
  user_id text not null references users,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);

-- What decides the next step beyond state, level and version (alerts/case-state.ts); always what evolving the events gives.
alter table cases add column progress jsonb not null default '{}';
-- Where aid is given at the place of the emergency: gives sight of the case as the home region does.
alter table cases add column handling_region text;
-- The township that the case is assigned to.
alter table cases add column township text;
alter table cases add column reported_at timestamptz;
alter table cases add column closed_at timestamptz;
create index cases_state on cases (state, region_code);
alter policy cases_scope on cases using (
  yilian_sees(region_code, (select yilian_scope())) or yilian_sees(handling_region, (select yilian_scope()))
);

-- Of the page that sent the command: the same one again changes nothing and is answered as the first time. On the first
-- event of a command only.
alter table case_events add column request_id uuid;
alter table case_events add column answer jsonb;
create unique index case_events_request on case_events (request_id) where request_id is not null;
-- What is counted of the steps of all cases, without reading every event.
alter table case_events add column type text generated always as (event -> 'what' ->> 'type') stored;
create index case_events_type on case_events (type, case_id);

-- 20 days from the delivery to the queue; null for baseline findings and duties, which have no clock.
alter table warnings add column due_on date;
alter table warnings add column reported_on date;
update warnings set due_on = (opened_at at time zone 'Asia/Shanghai')::date + 20 where kind = 'warning' and not baseline;
-- The queue: its order by level and by the clock that runs (none once reported, cleared or closed), and what it is filtered
-- and counted by, so that 50,000 of them are counted without reading their explanations.
alter table warnings add column level_place smallint not null
  generated always as (case level when 'red' then 0 when 'orange' then 1 when 'yellow' then 2 else 3 end) stored;
alter table warnings add column clock_due date
  generated always as (case when reported_on is null and status in ('open', 'snoozed') then due_on end) stored;
create index warnings_queue on warnings (status, level_place, coalesce(clock_due, 'infinity'), warning_id)
  include (clock_due, level, region_code, rule_id, direction, baseline, case_id) where kind = 'warning';
create index warnings_queue_due on warnings (status, coalesce(clock_due, 'infinity'), level_place, warning_id)
  include (clock_due, region_code) where kind = 'warning';
create index warnings_queue_opened on warnings (status, opened_at, warning_id) include (region_code) where kind = 'warning';
create index warnings_case on warnings (case_id) include (clock_due, region_code);
create index person_states_name on person_states (name) where replaced is null;
create index cases_household on cases (household_no, opened_at);

create table referrals (
  referral_id text primary key,
  case_id text not null references cases,
  ordinal integer not null,
  household_no integer not null references households,
  household_id text not null,
  service text not null,
  department text not null,
  channel text not null,
  status text not null,
  version integer not null,
  level text not null,
  region_code text not null,
  handling_region text,
  -- As `progress` of a case (alerts/referral-state.ts).
  progress jsonb not null,
  -- Fields about the family that the department is shown, sealed.
  disclosed_sealed bytea not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  accepted_at timestamptz,
  answered_at timestamptz,
  -- The running clock: of accepting or of answering.
  clock_name text,
  clock_from date,
  due_on date,
  unique (case_id, ordinal)
);
-- One service, one department, one referral: while one is open, a second is refused.
create unique index referrals_open on referrals (household_no, service) where status not in ('confirmed', 'withdrawn');
create index referrals_department on referrals (department, status);
alter table referrals enable row level security;
-- The scope of a department's user is `<department>@<region prefix>`: a department sees nothing but its own referrals.
create policy referrals_scope on referrals using (
  yilian_sees(region_code, (select yilian_scope()))
  or yilian_sees(handling_region, (select yilian_scope()))
  or yilian_sees(department || '@' || region_code, (select yilian_scope()))
  or yilian_sees(department || '@' || handling_region, (select yilian_scope()))
);

-- What was handed on, in the order in which it was: pages resume by `delivery_no`.
alter table outbox add column delivered_at timestamptz;
alter table outbox add column delivery_no bigint unique;
alter table outbox add column attempts integer not null default 0;
alter table outbox add column last_error text;
create index outbox_waiting on outbox (outbox_no) where delivered_at is null;

create index audit_log_at on audit_log (at);
create index audit_log_subject on audit_log (subject);

-- When the fictional banner was told to its end; null while it is being loaded.
alter table synthetic_store add column ready_at timestamptz;
