-- Who may see what. The program works as a role that owns nothing, so that row-level security binds it too.
do $$
begin
  if not exists (select from pg_roles where rolname = 'yilian_app') then
    create role yilian_app nologin;
  end if;
end
$$;
grant yilian_app to current_user;
alter default privileges in schema public grant select, insert, update, delete on tables to yilian_app;
alter default privileges in schema public grant usage, select on sequences to yilian_app;
grant usage on schema public to yilian_app;
do $$
begin
  execute format('grant temporary on database %I to yilian_app', current_database());
end
$$;

-- Region scope of the running transaction: '*' sees every region, otherwise a comma list of region prefixes, '' nothing.
create function yilian_sees(region text) returns boolean
  language sql stable parallel safe
as $$
  select coalesce(current_setting('yilian.scope', true), '') = '*'
      or exists (
        select from unnest(string_to_array(coalesce(current_setting('yilian.scope', true), ''), ',')) as prefix
        where prefix <> '' and starts_with(region, prefix)
      )
$$;
