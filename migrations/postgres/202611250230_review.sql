-- What reviewers are asked and what they found out: whose records those of a claimed identity are. A question is a claimed
-- identity that the matcher could not decide about, not a record: later records that claim the same are not asked about again.
-- The identity lies sealed; its hash is keyed. `id_hash` (hex) finds the identity's waiting records in ClickHouse.
create table review_questions (
  question_id text primary key,
  identity_hash bytea not null unique,
  id_hash text not null,
  identity_sealed bytea not null,
  candidates integer[] not null,
  reasons text[] not null,
  feeds text[] not null,
  urgency smallint not null,
  first_received_at timestamptz not null,
  last_received_at timestamptz not null,
  state text not null check (state in ('open', 'decided', 'disputed', 'released')),
  version integer not null,
  verdict text check (verdict in ('same', 'different', 'unsure', 'wrong_data')),
  person_no integer,
  second text not null check (second in ('none', 'wanted', 'agreed', 'settled')),
  overturned boolean not null,
  -- User ids of those who read this round, in order.
  readers text[] not null,
  claimed_by text,
  claimed_until timestamptz,
  -- False while facts and waiting records do not follow the verdict yet.
  settled boolean not null,
  check ((verdict = 'same') = (person_no is not null) or verdict is null)
);
create index review_questions_queue on review_questions (urgency, first_received_at, question_id);
create index review_questions_unsettled on review_questions (question_id) where not settled;
-- A question is seen by whoever sees a household that one of its candidates belongs or belonged to.
alter table review_questions enable row level security;
create policy review_questions_scope on review_questions using (
  coalesce(current_setting('yilian.scope', true), '') = '*'
  or exists (
    select from memberships m join household_states h on h.household_no = m.household_no
    where m.person_no = any (review_questions.candidates) and m.replaced is null and h.replaced is null
      and yilian_sees(h.region_code, (select yilian_scope()))
  )
);

-- The history of each question; nothing in it is changed or taken away. A new round begins with the event
-- that takes a verdict back or asks again.
create table review_events (
  question_id text not null references review_questions,
  version integer not null,
  at timestamptz not null,
  actor text not null,
  type text not null check (type in ('read', 'overturned', 'released', 'reopened')),
  round integer not null,
  reading smallint,
  verdict text,
  person_no integer,
  note text,
  primary key (question_id, version)
);
alter table review_events enable row level security;
create policy review_events_scope on review_events using (
  exists (select from review_questions q where q.question_id = review_events.question_id)
);

-- Verdicts in force as knowledge: records that claim this identity are this person's (must) or never are (cannot).
create table link_judgements (
  question_id text not null references review_questions,
  person_no integer not null references persons,
  kind text not null check (kind in ('must', 'cannot')),
  primary key (question_id, person_no)
);
alter table link_judgements enable row level security;
create policy link_judgements_scope on link_judgements using (
  exists (select from review_questions q where q.question_id = link_judgements.question_id)
);
