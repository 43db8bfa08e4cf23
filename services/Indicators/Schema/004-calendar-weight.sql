-- Part of a whole day of school, in ten-thousandths. Half days that came before this column count as whole ones until the verb "rebuild student-facts/1" reads them again.
alter table calendar_days add column weight int not null default 10000 check (weight between 0 and 10000);
