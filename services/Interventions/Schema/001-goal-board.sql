-- Read model goal-board/1: goals, their plans and decisions. Rebuilt from the log at will; the log is the truth.
create table goal_board (
  tenant_id varchar not null,
  goal_id uuid not null,
  set_position bigint not null,
  revision bigint not null,
  title varchar not null,
  purpose varchar not null,
  indicator varchar not null,
  indicator_version int not null,
  higher_is_better boolean not null,
  dimension varchar not null,
  student_group varchar not null,
  school varchar not null,
  baseline jsonb not null,
  target int not null,
  due date not null,
  owner varchar not null,
  set_at timestamptz not null,
  set_by varchar not null,
  primary key (tenant_id, goal_id));
create unique index goal_board_newest on goal_board (tenant_id, set_position desc);

create table plan_board (
  tenant_id varchar not null,
  plan_id uuid not null,
  goal_id uuid not null,
  opened_position bigint not null,
  state varchar not null,
  purpose varchar not null,
  cause varchar not null,
  roles jsonb not null,
  milestones jsonb not null,
  dose jsonb not null,
  start_date date not null,
  first_review date not null,
  review date,
  success jsonb not null,
  stop jsonb not null,
  replaces uuid,
  opened_at timestamptz not null,
  opened_by varchar not null,
  primary key (tenant_id, plan_id));
create index plan_board_goal on plan_board (tenant_id, goal_id, opened_position);

create table decision_board (
  tenant_id varchar not null,
  decision_id uuid not null,
  goal_id uuid not null,
  plan_id uuid not null,
  position bigint not null,
  kind varchar not null,
  reason varchar not null,
  changes varchar,
  next_review date,
  evidence jsonb not null,
  role_held varchar not null,
  authority_version int not null,
  decided_at timestamptz not null,
  decided_by varchar not null,
  primary key (tenant_id, decision_id));
create index decision_board_goal on decision_board (tenant_id, goal_id, position);

create table refused_decision_board (
  tenant_id varchar not null,
  position bigint not null,
  decision_id uuid not null,
  goal_id uuid not null,
  plan_id uuid not null,
  kind varchar not null,
  code varchar not null,
  roles jsonb not null,
  authority_version int not null,
  refused_at timestamptz not null,
  asked_by varchar not null,
  primary key (tenant_id, position));
create index refused_decision_board_goal on refused_decision_board (tenant_id, goal_id, position);

-- Tenants are kept apart a second time, below the code: a connection sees the rows of the tenant that its transaction names.
do $$
declare
  board text;
begin
  foreach board in array array['goal_board', 'plan_board', 'decision_board', 'refused_decision_board'] loop
    execute format('alter table %I enable row level security', board);
    execute format('alter table %I force row level security', board);
    execute format('create policy own_tenant on %I using (tenant_id = (select current_setting(''eq.tenant'', true))) with check (tenant_id = (select current_setting(''eq.tenant'', true)))', board);
  end loop;
end $$;
