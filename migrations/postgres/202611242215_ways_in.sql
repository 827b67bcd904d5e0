-- Ways in beside the directory load: a watched inbox, HTTP push, topics of the message log.

-- Which way a load came in. One of a directory judges what it took by itself; what comes in the other ways is judged by
-- the sweeps of dirty households.
alter table loads add column origin text not null default 'directory'
  check (origin in ('directory', 'inbox', 'push', 'topic'));
create index loads_unjudged on loads (origin, directory) where state <> 'judged';

-- The order in which files were really taken: ways in run beside each other, and a rebuild has to follow them.
-- What was taken before this column lies below zero.
create sequence load_files_taken;
alter table load_files add column taken_no bigint;
update load_files f set taken_no = o.n
  from (select load_no, file_no, row_number() over (order by load_no, ordinal) - count(*) over () - 1 as n from load_files) o
  where o.load_no = f.load_no and o.file_no = f.file_no;
alter table load_files alter column taken_no set default nextval('load_files_taken');
alter table load_files alter column taken_no set not null;
