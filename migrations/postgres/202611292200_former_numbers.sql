-- Whoever types a number that was replaced finds its person as well.
create index person_states_former_id on person_states (id_hash) where replaced is not null and id_hash is not null;

-- Numbers that people had before are theirs still (docs/decisions/0034): what waits under one since it was replaced is looked at
-- once more, at the next look at whoever waits. Where nobody ever had another number there is nothing to look at.
delete from relinked
 where exists (
   select from person_states was join person_states now on now.person_no = was.person_no and now.replaced is null
   where was.replaced is not null and was.id_hash is not null and was.id_hash is distinct from now.id_hash
 );
