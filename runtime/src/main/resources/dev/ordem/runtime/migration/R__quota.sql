-- The functions of tokens and quota. This file runs again whenever it changes. One whose arguments
-- or result change needs a "drop function if exists" first: "create or replace" cannot change them.
-- The clock, tiny_now(), stands in V4, where the tables need it.
set local client_min_messages = warning; -- "does not exist, skipping" is no news

-- The distances between calls, which calls that go one by one have replaced.
drop table if exists tiny_endpoint;

-- Beyond 10,000 calls a window is not watched: no row per call for a limit that no one reaches.
create or replace function tiny_watched(n int) returns int language sql immutable as $$
  select case when n > 10000 then 0 else n end
$$;

-- These stay single expressions, so that Postgres inlines them.
create or replace function tiny_limit(q tiny_quota, span int) returns int language sql immutable as $$
  select tiny_watched(case span
    when 0 then case when q.per_second = 0 then 0 else coalesce(q.learned_per_second, q.per_second) end
    when 1 then case when q.per_window = 0 then 0 else coalesce(q.learned_per_window, q.per_window) end
    else case when q.per_hour = 0 then 0 else coalesce(q.learned_per_hour, q.per_hour) end end)
$$;

create or replace function tiny_span(q tiny_quota, span int) returns interval language sql immutable as $$
  select case span when 0 then interval '1 second'
    when 1 then q.window_ms * interval '1 millisecond' else interval '1 hour' end
$$;

-- What the configuration says of an account. What was learned is forgotten when it changes.
create or replace function tiny_quota_configure(
  p_account text, p_second int, p_window int, p_window_ms bigint, p_hour int)
returns void language plpgsql as $$
declare q tiny_quota;
begin
  -- Permits of an account that was there before may be of a quota's clock that was ahead.
  insert into tiny_quota (account, per_second, per_window, window_ms, per_hour, quota_at, asked_clock)
  select p_account, p_second, p_window, p_window_ms, p_hour,
    greatest(tiny_now(), max(p.granted_at)), tiny_now()
  from tiny_quota_permit p where p.account = p_account on conflict do nothing;
  select * into q from tiny_quota where account = p_account for update;
  if (q.per_second, q.per_window, q.window_ms, q.per_hour)
      is distinct from (p_second, p_window, p_window_ms, p_hour) then
    update tiny_quota set per_second = p_second, per_window = p_window, window_ms = p_window_ms,
      per_hour = p_hour, learned_per_second = null, learned_per_window = null,
      learned_per_hour = null, heard_times = '{0,0,0}', limits_since = tiny_quota_now(q)
    where account = p_account;
  end if;
end $$;

-- The quota's clock, of which all its times are: the database's, but it never goes back. If that is
-- set back, this goes on by nine tenths of what passes until it has caught up, so that permits are
-- held for a little longer, and do not end at once when the clock is put right. p_shown: what the
-- database's clock shows.
create or replace function tiny_quota_at(q tiny_quota, p_shown timestamptz) returns timestamptz
language sql immutable as $$
  select greatest(p_shown, q.quota_at + greatest(interval '0', (p_shown - q.asked_clock) * 0.9))
$$;

create or replace function tiny_quota_now(q tiny_quota) returns timestamptz language sql volatile as $$
  select tiny_quota_at(q, tiny_now())
$$;

-- What the database's clock shows when the quota's shows p_at, if nobody sets it; for people.
create or replace function tiny_shown(q tiny_quota, p_at timestamptz) returns timestamptz
language sql volatile as $$
  select p_at - (tiny_quota_at(q, t) - t) from tiny_now() t
$$;

-- From one time to another, in seconds: an interval of days would depend on a zone.
create or replace function tiny_passed(p_from timestamptz, p_to timestamptz) returns interval
language sql immutable as $$
  select make_interval(secs => extract(epoch from p_to)::float8 - extract(epoch from p_from)::float8)
$$;

-- Notes a step back as soon as it is seen: what passes is counted from there. p_expected: as of
-- tiny_permit; what passed since the clock was noted last is no part of the step.
drop function if exists tiny_quota_tick(text);
create or replace function tiny_quota_tick(p_account text, p_expected timestamptz default null)
returns tiny_quota language plpgsql as $$
declare
  q tiny_quota;
  t timestamptz;
begin
  select * into q from tiny_quota where account = p_account for update;
  t := tiny_now();
  if t < q.asked_clock then
    update tiny_quota set quota_at = greatest(quota_at, asked_clock), asked_clock = t,
      steps = tiny_passed(greatest(asked_clock - steps, p_expected), t)
    where account = p_account returning * into q;
  end if;
  return q;
end $$;

-- The time that is told of a call at t. p_host: what the clock of the caller's host shows then, a
-- witness: of two clocks the later one says what can be now. Calls are told in their order, so this
-- is later than what was told before, even if the clock was set back: time goes on from there, by
-- nine tenths of what passes, until the clock has caught up. Readers take a time that is more than
-- five minutes ahead of their host's clock for a wrong clock's. So nothing is told that may be too
-- far ahead for them; but what is still hidden behind the last that they can have believed is told
-- as far ahead as they believe: behind the last itself while that is, or else as far as it is safe
-- where their clocks differ. What lies further ahead than an hour and a half (clocks are set by a
-- whole hour more often than by others) was never believed, unless they came as late: then t is
-- believed, and all before is forgotten. A database that is put back from an older copy of itself has
-- forgotten what it told: p_told is what the caller was told last, and nine tenths of what has passed
-- since. Beyond help is what is told before one asks who was told since.
drop function if exists tiny_after(timestamptz, timestamptz, timestamptz);
create or replace function tiny_after(q tiny_quota, t timestamptz, p_host timestamptz)
returns timestamptz language plpgsql immutable as $$
declare
  most timestamptz := greatest(q.asked_most, q.asked_at);
  now_ timestamptz := greatest(t, p_host);
  reach timestamptz := now_ + interval '270 seconds'; -- hosts differ by some seconds
begin
  return case
    when most is null or t > most or most > now_ + interval '90 minutes' then t
    when q.asked_at > reach then case when q.asked_at < now_ + interval '299 seconds'
      then q.asked_at + interval '1 microsecond' else reach end
    else greatest(q.asked_at + interval '1 microsecond',
      least(reach, greatest(most, q.asked_at + (t - q.asked_clock) * 0.9))) end;
end $$;

drop function if exists tiny_asked(text);
drop function if exists tiny_asked(text, timestamptz);
create or replace function tiny_asked(
  p_account text, p_host timestamptz default null, p_told timestamptz default null)
returns timestamptz language plpgsql as $$
declare
  q tiny_quota;
  t timestamptz;
  told timestamptz;
begin
  q := tiny_quota_tick(p_account);
  t := tiny_now();
  if p_told <= greatest(t, p_host) + interval '90 minutes' then -- or it would be forgotten with the rest
    q.asked_most := greatest(q.asked_most, p_told);
  end if;
  told := tiny_after(q, t, p_host);
  update tiny_quota set asked_at = told, asked_clock = t, quota_at = tiny_quota_now(q),
    asked_most = case when told > t then greatest(q.asked_most, q.asked_at, told) else told end
  where account = p_account;
  return told;
end $$;

-- Permits that are in an account's window.
create or replace function tiny_used(q tiny_quota) returns bigint language sql stable as $$
  select count(*) from (select tiny_quota_now(q) - tiny_span(q, 1)) w (since), tiny_quota_permit p
  where p.account = q.account and p.held_until > w.since -- read once, so that the index serves
$$;

-- Calls of an account under way that were granted after p_since.
create or replace function tiny_under_way(q tiny_quota, p_t timestamptz, p_since timestamptz)
returns bigint language sql stable as $$
  select count(*) from tiny_quota_permit p
  where p.account = q.account and p.held_until > p_t and p.answered_at is null
    and p.granted_at > p_since
$$;

-- The clock was set forward while a process watched it: it shows p_shown, and without the steps that
-- are noted it should be p_expected at the most, as far as that process can tell. By what the quota's
-- clock leapt, all ends later that ends at a time of before; nothing, where the database's was only put
-- right, or little. Somebody who could not tell may have noted the new clock already: then it leapt by
-- all of it. Nothing is held for longer than if it had just been used, and a call under way than if it
-- had just been granted: a process that was suspended sees such a jump too. Up to a second is the way
-- from there to here. Where the clocks stand then is noted, so that a step back is seen as one.
drop function if exists tiny_clock_jump(tiny_quota, timestamptz, timestamptz, timestamptz);
create or replace function tiny_clock_jump(
  q tiny_quota, p_shown timestamptz, p_expected timestamptz, p_call interval)
returns boolean language plpgsql as $$
declare
  t timestamptz := tiny_quota_at(q, p_shown);
  step interval := tiny_passed(p_expected, p_shown - q.steps);
  leap interval := step;
begin
  if p_expected is null or step < interval '1 second' then
    return false;
  end if;
  if p_shown - step >= q.asked_clock - interval '100 milliseconds' then -- a way may be that much longer
    t := greatest(p_shown, tiny_quota_at(q, p_shown - step));
    leap := tiny_passed(tiny_quota_at(q, p_shown - step), t);
  end if;
  update tiny_quota set steps = steps + step, quota_at = t, asked_clock = greatest(asked_clock, p_shown)
  where account = q.account;
  update tiny_quota_permit p set held_until = least(p.held_until + leap,
    greatest(p.held_until, case when p.answered_at is null then t + p_call else t end))
  where p.account = q.account
    and p.held_until > t - leap - greatest(tiny_span(q, 1), tiny_span(q, 2));
  update tiny_quota set
    closed_until = case when closed_until > t - leap
      then least(closed_until + leap, greatest(closed_until, t + tiny_span(q, 1)))
      else closed_until end,
    budget_until = case when budget_until > t - leap
      then least(budget_until + leap, greatest(budget_until, t + tiny_span(q, 1)))
      else budget_until end
  where account = q.account;
  return true;
end $$;

-- Until when the server's word keeps the account closed, at t; null: not.
-- Where it is doubtful what is left, calls go one by one: after a 429 until one was served; while no
-- more than three are left; without the server's word for two windows after a 429.
create or replace function tiny_closed(q tiny_quota, t timestamptz, out until timestamptz, out reason text)
language plpgsql stable as $$
declare
  under_way bigint;
begin
  reason := 'quota';
  if q.closed_until > t then
    until := q.closed_until;
    reason := coalesce(q.closed_reason, 'quota');
  elsif q.trial then
    under_way := tiny_under_way(q, t, q.throttled_at);
    until := case when under_way > 0 then t + interval '50 milliseconds' end;
  elsif q.budget_until > t then
    under_way := tiny_under_way(q, t, '-infinity');
    until := case
      when q.budget > greatest(under_way, case when under_way > 0 then 3 else 0 end) then null
      -- Answers under way may bring better news; without any, the reset is the next chance.
      when under_way > 0 then least(q.budget_until, t + interval '50 milliseconds')
      else q.budget_until end;
  elsif q.throttled_at > t - 2 * tiny_span(q, 1) then
    under_way := tiny_under_way(q, t, '-infinity');
    until := case when under_way > 0 then t + interval '50 milliseconds' end;
  end if;
end $$;

-- When a window of that span has room, if p_most may be in it, those for p_others not counted; null:
-- now. A permit is in it until as long after it was held. A call under way is expected back soon; one
-- that is late is asked for less and less often.
create or replace function tiny_room(
  q tiny_quota, t timestamptz, p_span int, p_most int, p_others int[])
returns timestamptz language plpgsql stable as $$
declare
  length interval := tiny_span(q, p_span);
  answer interval := interval '300 milliseconds' + length;
begin
  perform from tiny_quota_permit p
  where p.account = q.account and p.held_until > t - length and p.kind <> all (p_others)
  order by p.held_until desc offset p_most - 1 limit 1;
  if not found then
    return null;
  end if;
  return (select case when p.answered_at is not null then p.held_until + length
      else least(p.held_until + length, greatest(p.granted_at + answer,
        t + least(interval '5 seconds',
          greatest(interval '50 milliseconds', (t - p.granted_at - answer) / 4)))) end as room
    from tiny_quota_permit p
    where p.account = q.account and p.held_until > t - length and p.kind <> all (p_others)
    order by room desc offset p_most - 1 limit 1);
end $$;

-- From a moment, in milliseconds of the clock whose windows count, to the window's end.
create or replace function tiny_to_boundary(q tiny_quota, p_ms numeric) returns interval
language sql immutable as $$
  select (q.window_ms - p_ms % q.window_ms) * interval '1 millisecond'
$$;

-- From t to the end of the server's window, as far as it is known; else of this clock's.
create or replace function tiny_left_of_window(q tiny_quota, t timestamptz) returns interval
language sql immutable as $$
  select tiny_to_boundary(q, 1000 * case
    when q.window_ends is null then extract(epoch from t)
    else extract(epoch from t - q.window_ends) + 2 * extract(epoch from tiny_span(q, 1)) end)
$$;

-- Permits of an account that were granted after p_since, and by p_until.
create or replace function tiny_granted(q tiny_quota, p_since timestamptz, p_until timestamptz)
returns bigint language sql stable as $$
  select count(*) from tiny_quota_permit p
  where p.account = q.account and p.granted_at > p_since and p.granted_at <= p_until
$$;

-- Whether others were found to take one second after the other, not long before t.
create or replace function tiny_knows_bursts(q tiny_quota, t timestamptz) returns boolean
language sql immutable as $$
  select q.burst_at > t - 2.1 * tiny_span(q, 1)
$$;

-- When the next call may be made of an account that is shared; null: now. Others take from the second,
-- too, and nobody knows when: calls that are spread over what is left of the window meet them least.
-- What is ours is what others left of the window before, or, untold, what was ours then. A little
-- faster than that, as they may leave more; never slower than half of the window would need.
create or replace function tiny_spread(q tiny_quota, t timestamptz) returns timestamptz
language plpgsql stable as $$
declare
  window_ interval := tiny_span(q, 1);
  left_ interval := tiny_left_of_window(q, t);
  since timestamptz := t + left_ - window_;
  limit_ int := tiny_limit(q, 1);
  ours bigint;
  distance interval;
  again timestamptz;
begin
  if q.shared_until <= t or limit_ = 0 or tiny_limit(q, 0) = 0 then
    return null;
  end if;
  ours := case when q.others is null
    then greatest(limit_ / 2, tiny_granted(q, since - window_, since))
    else limit_ - greatest(q.others, q.others_last) end;
  distance := left_ / (1.15 * greatest(1, ours - tiny_granted(q, since, t)));
  distance := greatest(least(distance, window_ / greatest(1, limit_ / 2)),
    interval '1 second' / case when q.throttled_at > since and tiny_knows_bursts(q, t) is not true then 1
      else greatest(1, tiny_limit(q, 0) - 1) end);
  select max(p.granted_at) + distance into again from tiny_quota_permit p
  where p.account = q.account and p.granted_at > t - distance;
  return again;
end $$;

-- Postgres is an older copy of itself: so many permits at the least were granted since that it does not
-- know of, and nobody knows when, nor of which account. As many count as if they had just been used, but
-- no more than fill a window. None of them is new: who watches when permits were granted is not told.
create or replace function tiny_permits_forgotten(p_permits bigint) returns void language plpgsql as $$
begin
  insert into tiny_quota_permit (id, account, kind, granted_at, held_until, answered_at)
  select nextval('tiny_quota_permit_id'), q.account, 2, t - interval '1 day', t, t
  from tiny_quota q, tiny_quota_now(q) t,
    generate_series(1, least(p_permits,
      greatest(tiny_limit(q, 0), tiny_limit(q, 1), tiny_limit(q, 2))));
  -- Ids are given once: an answer to one of before must not end another's permit.
  perform nextval('tiny_quota_permit_id') from generate_series(1, p_permits);
end $$;

-- Gives a permit where each window has room, or says when to ask again. One round trip, one
-- transaction, one clock: granted_at is what it showed, or later if it was set back; clock is that
-- without the steps that are noted. p_class: 0 a person waits, 1 a page, 2 a detail that is new, changed
-- or due, 3 one that can wait, 4 a look. p_expected: what clock can be now at the most, as far as this
-- process can tell from what it was told last; null: it was told nothing. p_read: nobody looks at it,
-- older processes tell it. p_host: what the clock of its host shows. p_known: the greatest id of a permit
-- that this process was given, p_told: what it was told last of a call of this account, and nine tenths
-- of what has passed since.
drop function if exists tiny_permit(text, text, int, interval);
drop function if exists tiny_permit(text, text, int, interval, timestamptz, timestamptz);
drop function if exists tiny_permit(
  text, text, int, interval, timestamptz, timestamptz, timestamptz);
drop function if exists tiny_permit(
  text, text, int, interval, timestamptz, timestamptz, timestamptz, bigint);
drop function if exists tiny_permit(
  text, text, int, interval, timestamptz, timestamptz, timestamptz, bigint, timestamptz);
create function tiny_permit(
  p_account text, p_endpoint text, p_class int, p_call interval,
  p_read timestamptz default null, p_expected timestamptz default null,
  p_host timestamptz default null, p_known bigint default null, p_told timestamptz default null,
  out granted boolean, out id bigint, out wait_ms double precision,
  out reason text, out granted_at timestamptz, out clock timestamptz)
language plpgsql as $$
declare
  q tiny_quota;
  t timestamptz;
  shown timestamptz := tiny_now(); -- before it waits for the row
  again timestamptz;
  limit_ int;
  kept int;
  others int[];
begin
  granted := false;
  q := tiny_quota_tick(p_account, p_expected);
  if q.account is null then
    reason := 'unknown';
    return;
  end if;
  shown := least(shown, tiny_now()); -- if it was set back while the row was waited for
  if tiny_clock_jump(q, shown, p_expected, p_call) then
    select * into q from tiny_quota where account = p_account;
  end if;
  clock := shown - q.steps;
  t := tiny_quota_now(q);
  if p_class = 0 and q.refresh_until < t + tiny_span(q, 1) / 2 then
    update tiny_quota set refresh_until = t + tiny_span(q, 1) where account = p_account;
  elsif p_class = 1 and q.page_until < t + tiny_span(q, 1) / 2 then
    update tiny_quota set page_until = t + tiny_span(q, 1) where account = p_account;
  elsif p_class = 4 and q.look_until < t + tiny_span(q, 1) / 2 then
    update tiny_quota set look_until = t + tiny_span(q, 1) where account = p_account;
  end if;
  select c.until, c.reason into again, reason from tiny_closed(q, t) c;
  for span_ in 0..2 loop
    limit_ := tiny_limit(q, span_);
    continue when limit_ = 0;
    again := greatest(again, tiny_room(q, t, span_, limit_, '{}'));
    -- The share of people, pages and looks is kept only while they ask, and never of the second;
    -- that of looks from what can wait.
    kept := 0;
    others := '{}';
    if span_ > 0 and limit_ >= 10 then
      if p_class > 0 and q.refresh_until > t then
        kept := kept + greatest(1, limit_ / 20);
        others := others || 0;
      end if;
      if p_class in (2, 3) and q.page_until > t then
        kept := kept + greatest(1, limit_ / 20);
        others := others || 1;
      end if;
      if p_class = 3 and q.look_until > t then
        kept := kept + greatest(1, limit_ / 5);
        others := others || 4;
      end if;
    end if;
    if kept > 0 then
      again := greatest(again, tiny_room(q, t, span_, limit_ - kept, others));
    end if;
  end loop;
  if p_class > 0 then
    again := greatest(again, tiny_spread(q, t));
  end if;
  if again is not null then
    -- Where the clocks stand is noted, too, or a step back after a long wait would hide all that passed.
    if tiny_now() > q.asked_clock + interval '1 second' then
      perform tiny_asked(p_account, p_host, p_told);
    end if;
    wait_ms := extract(epoch from greatest(again, t + interval '1 millisecond') - t) * 1000;
    return;
  end if;
  id := nextval('tiny_quota_permit_id');
  if id <= p_known then
    perform tiny_permits_forgotten(p_known - id + 1);
    id := null;
    wait_ms := 1;
    return;
  end if;
  insert into tiny_quota_permit (id, account, kind, granted_at, held_until)
  values (tiny_permit.id, p_account, p_class, t, t + p_call);
  granted := true;
  granted_at := tiny_asked(p_account, p_host, p_told);
  wait_ms := 0;
  reason := null;
end $$;

-- Learns a limit the server told. span: 0 the second, 1 the window, 2 the hour.
create or replace function tiny_quota_learn(p_account text, p_span int, p_limit int) returns void
language plpgsql as $$
declare q tiny_quota;
begin
  select * into q from tiny_quota where account = p_account for update;
  if not found or tiny_limit(q, p_span) = tiny_watched(p_limit) then
    return;
  end if;
  update tiny_quota set limits_since = tiny_quota_now(q),
    learned_per_second = case when p_span = 0 then p_limit else learned_per_second end,
    learned_per_window = case when p_span = 1 then p_limit else learned_per_window end,
    learned_per_hour = case when p_span = 2 then p_limit else learned_per_hour end
  where account = p_account;
end $$;

-- Which window a limit with that reset belongs to; null: none that is watched, or it makes no sense:
-- without a reset, with one that lies behind the end of every window, or with more left than allowed.
create or replace function tiny_quota_bucket(
  q tiny_quota, p_limit int, p_remaining int, p_reset double precision)
returns int language sql immutable as $$
  select case
    when p_limit is null or p_reset is null or p_limit < 1 or p_limit > 10000 then null
    when p_remaining > p_limit then null
    when p_reset <= 1
      and abs(ln(p_limit::float / greatest(1, case when q.per_second = 0 then 4 else tiny_limit(q, 0) end)))
        < abs(ln(p_limit::float / greatest(1, case when q.per_window = 0 then 30 else tiny_limit(q, 1) end)))
      then case when q.per_second = 0 then null else 0 end
    when p_reset > q.window_ms / 1000.0 + 1
      then case when q.per_hour > 0 and p_reset <= 3601 then 2 end
    when q.per_window = 0 then null
    else 1 end
$$;

-- Hears a limit from an answer, and takes it over when the third answer in a row tells the same: one
-- odd header must not rule. Called where the row is locked.
create or replace function tiny_quota_hear(q tiny_quota, p_span int, p_limit int) returns void
language plpgsql as $$
declare
  times int := case when q.heard_limit[p_span + 1] = p_limit then q.heard_times[p_span + 1] else 0 end;
begin
  if tiny_limit(q, p_span) = tiny_watched(p_limit) then
    if q.heard_times[p_span + 1] > 0 then
      update tiny_quota set heard_times[p_span + 1] = 0 where account = q.account;
    end if;
    return;
  end if;
  update tiny_quota set heard_limit[p_span + 1] = p_limit, heard_times[p_span + 1] = times + 1
  where account = q.account;
  if times + 1 >= 3 then
    perform tiny_quota_learn(q.account, p_span, p_limit);
  end if;
end $$;

-- Takes the server's word of what is left. Its reset is in whole seconds, rounded down: it may be up
-- to a second later. Of answers that overlapped the least counts; a later reset is another window's,
-- an earlier one is old news. Without a word, a call may have taken one of what was left. That nothing
-- is left where there was more than a second's bucket, or where nothing was known, is one answer's
-- word: the next call asks whether it is so, and goes alone.
create or replace function tiny_quota_left(
  q tiny_quota, t timestamptz, p_remaining int, p_reset double precision) returns void
language plpgsql as $$
declare
  ends timestamptz := t + least((p_reset + 1) * interval '1 second', tiny_span(q, 1));
begin
  if p_remaining is null or p_reset is null then
    if q.budget_until > t then
      update tiny_quota set budget = budget - 1 where account = q.account;
    end if;
  elsif q.budget_until <= t or ends > q.budget_until + interval '2 seconds' then
    if p_remaining < 50 or q.throttled_at > t - 2 * tiny_span(q, 1) then
      update tiny_quota set budget = greatest(p_remaining, 1), budget_until = ends
      where account = q.account;
    elsif q.budget_until > t then
      update tiny_quota set budget_until = t where account = q.account;
    end if;
  elsif ends > q.budget_until - interval '2 seconds' then
    update tiny_quota set budget_until = least(budget_until, ends),
      budget = least(budget, case when budget > 4 then greatest(p_remaining, 1) else p_remaining end)
    where account = q.account;
  end if;
end $$;

-- Takes note that others call on the account, of how many calls at the least, and when the window ends.
create or replace function tiny_shared(
  q tiny_quota, t timestamptz, p_others int, p_ends timestamptz) returns void
language sql as $$
  update tiny_quota set shared_until = t + 2 * tiny_span(q, 1),
    window_ends = coalesce(p_ends, window_ends),
    others = case when window_ends is null or p_ends > window_ends + tiny_span(q, 1) / 2 then p_others
      else greatest(others, p_others) end,
    others_last = case
      when window_ends is null or p_ends > window_ends + 1.5 * tiny_span(q, 1) then null
      when p_ends > window_ends + tiny_span(q, 1) / 2 then others
      else others_last end
  where account = q.account
$$;

-- When the server's window began in which a call at t was refused. Where that is known to the second
-- only, one of a window's last moment is taken for one of the next: in the last one there was none.
create or replace function tiny_window_began(q tiny_quota, t timestamptz) returns timestamptz
language sql immutable as $$
  select t + interval '1.5 seconds' + tiny_left_of_window(q, t + interval '1.5 seconds')
    - tiny_span(q, 1)
$$;

-- Whether a 429 that says nothing is the second's bucket's: much was left of the window, or much less
-- was had of it than of the one before.
create or replace function tiny_is_seconds(q tiny_quota, t timestamptz) returns boolean
language sql stable as $$
  select tiny_limit(q, 0) > 0 and not q.trial and q.throttled_at < t - interval '5 seconds'
    and ((q.budget_until > t and q.budget > 2)
      or tiny_granted(q, w.since, t) < 0.7 * tiny_granted(q, w.since - tiny_span(q, 1), w.since))
  from tiny_window_began(q, t) w (since)
$$;

-- Whether others take one second after the other, as a 429 of the second's bucket at t shows: one call,
-- alone, was refused again; they took half of all seconds of the window so far; or they did so at this
-- time of a window before.
create or replace function tiny_in_burst(q tiny_quota, t timestamptz) returns boolean
language sql stable as $$
  select q.trial
    or (tiny_knows_bursts(q, t)
      and least(w.later % q.window_ms, q.window_ms - w.later % q.window_ms) < q.window_ms / 12)
    or case when q.window_ends > t + interval '1.5 seconds' then q.others end
      >= 0.5 * tiny_limit(q, 0) * greatest(w.passed, 2)
  from (select extract(epoch from t - tiny_window_began(q, t)) passed,
    1000 * extract(epoch from t - q.burst_at) later) w
$$;

-- A 429: closes the account until the reset, or where none was told until the end of the minute on
-- the server's clock. Several that were under way together are one incident. p_asked: when the call
-- was granted. p_second: whether it spoke of the second's bucket, or said that something is left: then
-- no longer window is used up, and what was asked for may be refused by itself.
drop function if exists tiny_throttled(
  tiny_quota, timestamptz, timestamptz, double precision, bigint);
create or replace function tiny_throttled(
  q tiny_quota, t timestamptz, p_asked timestamptz, p_reset double precision, p_server_ms bigint,
  p_second boolean)
returns void language plpgsql as $$
declare
  until timestamptz;
  anew boolean := q.throttled_told is null or p_asked >= q.throttled_told;
  second_ boolean := p_second or (p_reset is null and tiny_is_seconds(q, t));
  burst boolean := second_ and anew and tiny_in_burst(q, t);
begin
  until := case
    when not anew and (second_ or p_reset is null) then q.closed_until
    -- For as long as they need for what they take of a window.
    when burst then t + least(0.4 * tiny_span(q, 1), interval '1250 milliseconds'
      + interval '1350 milliseconds' / greatest(1, tiny_limit(q, 0))
        * coalesce(greatest(q.others, q.others_last), tiny_limit(q, 1) / 2))
    when second_ then t + interval '2250 milliseconds'
    when p_reset is not null then t + (p_reset + 1.25) * interval '1 second'
    -- Opened a moment ago, and too early: the clocks differ by a little.
    when q.closed_until > t - interval '5 seconds' and q.closed_until <= t
      then t + interval '3 seconds'
    else t + tiny_to_boundary(q, coalesce(p_server_ms + 500, 1000 * extract(epoch from t)))
      + interval '1 second' end;
  update tiny_quota set
    throttled_at = case when anew then t else throttled_at end,
    throttled_told = case when anew then tiny_after(q, tiny_now(), null) else throttled_told end,
    closed_reason = 'quota',
    closed_until = greatest(closed_until, least(until, t + tiny_span(q, 1))),
    -- The one that went first was refused, too.
    burst_at = case when burst then t else burst_at end,
    starved_at = case when anew and q.trial and not second_ then coalesce(starved_at, q.throttled_at) else starved_at end,
    others_heard = case when anew and q.others is null then '{-1,-1}' else others_heard end,
    trial = true
  where account = q.account;
  if anew then
    perform tiny_shared(q, t, null, case
      when second_ then null
      when p_reset is not null then t + (p_reset + 0.5) * interval '1 second'
      else t + tiny_to_boundary(q, p_server_ms + 500) end);
  end if;
end $$;

-- How many calls are not ours, at the least, of p_used that the server counted in its window. It began
-- after p_since; of ours those count that may have arrived in it.
create or replace function tiny_others(q tiny_quota, p_used int, p_since timestamptz) returns int
language sql stable as $$
  select p_used - count(*)::int from (
    select from tiny_quota_permit p
    where p.account = q.account and p.held_until > p_since
    limit p_used) ours
$$;

-- Notes that a call is over, and takes the server's word. The response has arrived before this runs,
-- so the request had arrived by now. p_end: 'ok', 'throttled', 'forbidden', 'failed', or 'unknown' (a
-- timeout: the request may still arrive, so it is held as long as it was to be). p_server_ms: what the
-- server's own clock said, to the second. p_asked: when the permit was granted.
drop procedure if exists tiny_release(
  text, text, bigint, int[], text, int, int, double precision, bigint, bigint);
drop procedure if exists tiny_release(
  text, text, bigint, int[], text, int, int, double precision, bigint, bigint, timestamptz);
create or replace procedure tiny_release(
  p_account text, p_id bigint, p_end text, p_limit int, p_remaining int, p_reset double precision,
  p_closed_ms bigint, p_server_ms bigint, p_asked timestamptz)
language plpgsql as $$
declare
  q tiny_quota;
  t timestamptz;
  bucket int;
  granted timestamptz;
  told int;
begin
  -- Losing this in a crash of the database is safe: leases end by themselves.
  perform set_config('synchronous_commit', 'off', true);
  select * into q from tiny_quota where account = p_account;
  if not found then
    return;
  end if;
  bucket := tiny_quota_bucket(q, p_limit, p_remaining, p_reset);
  if p_end in ('throttled', 'forbidden') or q.trial
      or greatest(q.budget_until, q.shared_until) > tiny_quota_now(q) or q.others_heard[1] > 0
      or (bucket is not null and (tiny_limit(q, bucket) <> p_limit
        or q.heard_times[bucket + 1] > 0 or p_remaining < 50)) then
    select * into q from tiny_quota where account = p_account for update;
  end if;
  t := tiny_quota_now(q);
  if p_end <> 'unknown' then
    update tiny_quota_permit set held_until = least(held_until, t), answered_at = t
    where id = p_id and answered_at is null
    returning granted_at into granted;
  end if;
  if bucket = 1 and tiny_limit(q, 0) > 0 and granted is not null then
    told := tiny_others(q, p_limit - p_remaining,
      granted + p_reset * interval '1 second' - tiny_span(q, 1));
    if told > 0 or q.others_heard <> '{0,0}' then
      update tiny_quota set others_heard = array[greatest(told, 0), others_heard[1]]
      where account = p_account;
    elsif q.shared_until > t and q.others is null then
      -- Three answers since the 429 that count nobody else: the window is ours.
      update tiny_quota u set others = 0 where u.account = p_account;
    end if;
    -- One odd header must not rule.
    told := least(told, q.others_heard[1], q.others_heard[2]);
    if told > 0 then
      perform tiny_shared(q, t, told, t + (p_reset + 0.5) * interval '1 second');
    end if;
  end if;
  if bucket is not null then
    perform tiny_quota_hear(q, bucket, p_limit);
  end if;
  if bucket = 1 or p_end <> 'throttled' then
    perform tiny_quota_left(q, t, case when bucket = 1 then p_remaining end, p_reset);
  end if;
  if p_end = 'throttled' then
    perform tiny_throttled(q, t, p_asked,
      case when p_reset <= q.window_ms / 1000.0 + 1 then p_reset end, p_server_ms,
      coalesce(bucket = 0 or p_remaining > 0, false));
  elsif p_end = 'ok' and q.trial
      and (q.throttled_told is null or p_asked >= q.throttled_told) then
    update tiny_quota set trial = false, starved_at = null where account = p_account;
  elsif p_end = 'forbidden' then
    update tiny_quota set closed_reason = 'account',
      closed_until = greatest(closed_until, t + p_closed_ms * interval '1 millisecond')
    where account = p_account;
  end if;
end $$;

-- Holds the permit of a call under way for longer, never for shorter. False: that time is over, and
-- a window may have room again. Committed to disk: the holder leans on it. It waits for whoever is
-- counting, and reads the clock then.
drop function if exists tiny_hold(text, bigint, int[], interval);
create or replace function tiny_hold(p_account text, p_id bigint, p_hold interval)
returns boolean language plpgsql as $$
declare
  q tiny_quota;
  t timestamptz;
begin
  select * into q from tiny_quota where account = p_account for update;
  t := tiny_quota_now(q);
  update tiny_quota_permit set held_until = greatest(held_until, t + p_hold)
  where id = p_id and answered_at is null and held_until > t;
  return found;
end $$;

comment on table tiny_account is 'Accounts at Tiny: application and tokens (encrypted), and whose they are.';
comment on table tiny_authorisation is 'Authorisations that somebody has begun in a browser.';
comment on table tiny_quota is 'Limits of each account, and how its quota stands.';
