-- Households whose marks a sweep has taken and not answered yet. What a sweep that did not come to its end left here is
-- looked at by the next one.
create table taken_dirty_marks (
  household_no integer primary key,
  sequence bigint not null
);
