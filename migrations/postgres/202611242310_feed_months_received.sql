-- Rows of a month by the moment they were received: what was complete at an earlier moment is told from what is complete now.
-- Rows that were counted before stand as if they had always been there.
alter table feed_months add column received_at timestamptz not null default '-infinity';
alter table feed_months drop constraint feed_months_pkey;
alter table feed_months add primary key (feed, month, received_at);
alter table feed_months alter column received_at drop default;
