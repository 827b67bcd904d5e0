-- How a load read the headers and codes of a file (headers, codes, constants), so that going on with it and making facts
-- anew read it the same way, whatever the mapping is by then. Null where the sender writes as we do.
alter table load_files add column mapping jsonb;
