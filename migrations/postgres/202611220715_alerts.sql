-- Warnings, duties, cases and their chain. Region codes are those of the household when the row was opened.

create table sweeps (
  sweep_no integer generated always as identity primary key,
  as_of date not null,
  registry_revision bigint not null,
  dirty_sequence bigint not null,
  scope text not null,
  rules jsonb not null,
  watermarks jsonb not null,
  findings integer not null,
  started_at timestamptz not null,
  finished_at timestamptz
);

-- The first evaluation of a rule in a banner marks its findings baseline.
create table rule_baselines (
  rule_id text not null,
  banner text not null,
  as_of date not null,
  primary key (rule_id, banner)
);

create table cases (
  case_id text primary key,
  household_no integer not null references households,
  household_id text not null,
  track text not null check (track in ('need', 'exit')),
  region_code text not null,
  level text not null,
  state text not null,
  version integer not null,
  opened_at timestamptz not null,
  opened_as_of date not null,
  previous_case_id text references cases,
  ordinal integer not null,
  head bytea not null
);
create unique index cases_ordinal on cases (household_no, ordinal);
create unique index cases_open on cases (household_no, track) where state <> 'closed';
alter table cases enable row level security;
create policy cases_scope on cases using (yilian_sees(region_code));

create table case_events (
  case_id text not null references cases,
  sequence integer not null,
  event jsonb not null,
  personal jsonb,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (case_id, sequence)
);
alter table case_events enable row level security;
create policy case_events_scope on case_events using (
  exists (select from cases c where c.case_id = case_events.case_id)
);

-- What a rule found: a warning that somebody must answer, or a duty that the bureau owes (kind).
create table warnings (
  warning_id text primary key,
  kind text not null check (kind in ('warning', 'duty')),
  rule_id text not null,
  rule_version integer not null,
  -- What the rule found something about: `h:<household_no>` or `p:<person_no>`.
  subject text not null,
  household_no integer,
  household_id text,
  person_no integer,
  person_id text,
  region_code text not null,
  episode integer not null,
  level text not null,
  direction text not null,
  baseline boolean not null,
  status text not null check (status in ('open', 'snoozed', 'cleared', 'closed')),
  as_of date not null,
  opened_at timestamptz not null,
  last_evaluated_on date not null,
  cleared_on date,
  cleared_reason text,
  closed_on date,
  closed_at timestamptz,
  closed_level text,
  false_since_closed boolean not null default false,
  case_id text references cases,
  parameters jsonb not null,
  indicators jsonb not null,
  records jsonb not null,
  finding_hash bytea not null
);
create unique index warnings_subject on warnings (rule_id, subject, episode);
create index warnings_status on warnings (status, kind, level);
create index warnings_household on warnings (household_no);
alter table warnings enable row level security;
create policy warnings_scope on warnings using (yilian_sees(region_code));

create table observations (
  warning_id text not null references warnings,
  sequence integer not null,
  as_of date not null,
  observed_at timestamptz not null,
  level text not null,
  parameters jsonb not null,
  indicators jsonb not null,
  records jsonb not null,
  primary key (warning_id, sequence)
);

create table outbox (
  outbox_no bigint generated always as identity primary key,
  message_id text not null unique,
  topic text not null,
  key text not null,
  payload jsonb not null,
  created_at timestamptz not null
);

create table audit_log (
  audit_no bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  role text not null,
  act text not null,
  subject text,
  reason text,
  detail jsonb
);
