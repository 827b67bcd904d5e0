-- Parts are merged in larger groups than by default (5): each row is written again less often, and what takes records in
-- has more of the machine. There are a few parts more to read (docs/decisions/0026-rows-live-briefly.md).
ALTER TABLE facts MODIFY SETTING merge_selector_base = 8;

ALTER TABLE fact_versions MODIFY SETTING merge_selector_base = 8;

ALTER TABLE record_versions MODIFY SETTING merge_selector_base = 8;
