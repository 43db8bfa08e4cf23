-- A student may be in a program several times. A period is named by its beginning; one without stands under 0001-01-02.
alter table programs add column period date not null default '0001-01-02';
update programs set period = begin_date where begin_date is not null;
alter table programs drop constraint programs_pkey;
alter table programs add primary key (tenant_id, student_key, program, period);
