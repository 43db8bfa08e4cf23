-- What a person decided about a feed (or a later feed, about a held one). The worker sees to it that the log says so before anything follows from it.
alter table feed add column if not exists decision jsonb;
alter table feed drop column if exists released_by;

-- interrupted: a fault of ours stops it again and again after news of it were recorded
alter table feed drop constraint if exists feed_state_check;
alter table feed add constraint feed_state_check check (state in ('received', 'validating', 'held', 'applying', 'interrupted', 'applied', 'rejected'));
