-- Coded events of cases for counting: no free text, no name, no outer id. Written by the outbox, at least once.
CREATE TABLE IF NOT EXISTS case_events_mirror (
  case_id String,
  sequence UInt32,
  household_no UInt32,
  type LowCardinality(String),
  at DateTime64(3, 'UTC'),
  role LowCardinality(String),
  region_code LowCardinality(String),
  track LowCardinality(String),
  level LowCardinality(String),
  referral_id String,
  service LowCardinality(String),
  department LowCardinality(String),
  code LowCardinality(String)
) ENGINE = ReplacingMergeTree ORDER BY (case_id, sequence);
