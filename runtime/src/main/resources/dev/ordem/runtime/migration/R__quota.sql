-- The functions of tokens and quota. This file runs again whenever it changes. One whose arguments
-- or result change needs a "drop function if exists" first: "create or replace" cannot change them.
-- The clock, tiny_now(), stands in V4, where the tables need it.
set local client_min_messages = warning; -- "does not exist, skipping" is no news

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

-- Makes the slots that an account's limits need. Slots beyond a lowered limit stay, unused, with
-- the time they were last held: a limit that rises again finds them so.
create or replace function tiny_quota_fill(q tiny_quota) returns void language sql as $$
  insert into tiny_quota_slot (account, span, slot)
  select q.account, s.span, n from (values (0), (1), (2)) s(span),
    lateral generate_series(0, tiny_limit(q, s.span) - 1) n
  on conflict do nothing
$$;

-- What the configuration says of an account. What was learned is forgotten when it changes.
create or replace function tiny_quota_configure(
  p_account text, p_second int, p_window int, p_window_ms bigint, p_hour int)
returns void language plpgsql as $$
declare q tiny_quota;
begin
  insert into tiny_quota (account, per_second, per_window, window_ms, per_hour)
  values (p_account, p_second, p_window, p_window_ms, p_hour) on conflict do nothing;
  select * into q from tiny_quota where account = p_account for update;
  if (q.per_second, q.per_window, q.window_ms, q.per_hour)
      is distinct from (p_second, p_window, p_window_ms, p_hour) then
    update tiny_quota set per_second = p_second, per_window = p_window, window_ms = p_window_ms,
      per_hour = p_hour, learned_per_second = null, learned_per_window = null,
      learned_per_hour = null, limits_since = tiny_now()
    where account = p_account returning * into q;
    -- A longer window holds what was used under the shorter one for longer.
    update tiny_quota_slot set free_at = free_at + make_interval(secs => p_window_ms / 1000.0)
    where account = p_account and span = 1 and free_at > '-infinity';
  end if;
  perform tiny_quota_fill(q);
end $$;

-- The time of a call that is told after one at last_at, when the clock showed last_clock and now t.
-- Later than that, even if the clock was set back: then it goes on from there, by nine tenths of
-- what passes, until the clock has caught up. A step of more than five minutes is believed: readers
-- take times that lie further ahead than that for a wrong clock's.
create or replace function tiny_after(last_at timestamptz, last_clock timestamptz, t timestamptz)
returns timestamptz language sql immutable as $$
  select case when last_at is null or t > last_at or last_at - t > interval '5 minutes' then t
    else last_at + greatest(interval '1 microsecond', (t - last_clock) * 0.9) end
$$;

create or replace function tiny_asked(p_account text) returns timestamptz language plpgsql as $$
declare
  q tiny_quota;
  t timestamptz;
begin
  select * into q from tiny_quota where account = p_account for update;
  t := tiny_now();
  update tiny_quota set asked_at = tiny_after(q.asked_at, q.asked_clock, t), asked_clock = t
  where account = p_account returning asked_at into q.asked_at;
  return coalesce(q.asked_at, t);
end $$;

-- Takes one slot of each window, or says when to ask again. One round trip, one transaction, one
-- clock: granted_at is what it showed, or later if it was set back. p_class: 0 a person waits, 1 a page, 2 anything else.
drop function if exists tiny_permit(text, text, int, interval);
create function tiny_permit(
  p_account text, p_endpoint text, p_class int, p_call interval,
  out granted boolean, out lease bigint, out slots int[], out wait_ms double precision,
  out reason text, out granted_at timestamptz)
language plpgsql as $$
declare
  q tiny_quota;
  t timestamptz;
  again timestamptz;
  earliest timestamptz;
  found_slot int;
  limit_ int;
  kept int;
  delay tiny_endpoint;
begin
  granted := false;
  select * into q from tiny_quota where account = p_account for update;
  if not found then
    reason := 'unknown';
    return;
  end if;
  t := tiny_now();
  if p_class = 0 and q.refresh_until < t + tiny_span(q, 1) / 2 then
    update tiny_quota set refresh_until = t + tiny_span(q, 1) where account = p_account;
  elsif p_class = 1 and q.page_until < t + tiny_span(q, 1) / 2 then
    update tiny_quota set page_until = t + tiny_span(q, 1) where account = p_account;
  end if;
  reason := 'quota';
  if q.closed_until > t then
    again := q.closed_until;
    reason := coalesce(q.closed_reason, 'quota');
  elsif q.budget_until > t and q.budget <= 0 then
    -- Answers under way may bring better news; without any, the reset is the next chance.
    again := case when exists (select from tiny_quota_slot s where s.account = p_account
        and s.span = 1 and s.lease is not null and s.expected_at > t - interval '1 second')
      then least(q.budget_until, t + interval '100 milliseconds') else q.budget_until end;
  end if;
  select * into delay from tiny_endpoint e
    where e.account = p_account and e.endpoint = p_endpoint and e.next_at > t;
  if found then
    again := greatest(again, delay.next_at);
  end if;
  slots := array[-1, -1, -1];
  for span_ in 0..2 loop
    limit_ := tiny_limit(q, span_);
    continue when limit_ = 0;
    -- The share of people, and of pages, is kept only while they ask, and never of the second.
    kept := 0;
    if span_ > 0 and limit_ >= 10 then
      if p_class > 0 and q.refresh_until > t then kept := kept + greatest(1, limit_ / 20); end if;
      if p_class > 1 and q.page_until > t then kept := kept + greatest(1, limit_ / 20); end if;
    end if;
    select s.slot into found_slot from tiny_quota_slot s
    where s.account = p_account and s.span = span_ and s.free_at <= t
      and s.slot >= kept and s.slot < limit_
    order by s.free_at limit 1 for update skip locked;
    if found then
      slots[span_ + 1] := found_slot;
    else
      -- A call under way is expected back soon; one that is late is asked for less and less often.
      select min(case when s.lease is null then s.free_at
          else least(s.free_at, greatest(s.expected_at,
            t + greatest(interval '50 milliseconds', (t - s.expected_at) / 4))) end)
        into earliest from tiny_quota_slot s
      where s.account = p_account and s.span = span_ and s.slot >= kept and s.slot < limit_;
      again := greatest(again, earliest, t + interval '1 millisecond');
    end if;
  end loop;
  if again is not null then
    wait_ms := extract(epoch from again - t) * 1000;
    slots := null;
    return;
  end if;
  lease := nextval('tiny_quota_lease');
  for span_ in 0..2 loop
    continue when slots[span_ + 1] < 0;
    update tiny_quota_slot s set lease = tiny_permit.lease,
      free_at = t + p_call + tiny_span(q, span_),
      expected_at = t + interval '300 milliseconds' + tiny_span(q, span_)
    where s.account = p_account and s.span = span_ and s.slot = slots[span_ + 1];
  end loop;
  if q.budget_until > t then
    update tiny_quota set budget = budget - 1 where account = p_account;
  end if;
  update tiny_endpoint e set next_at = t + e.delay_ms * interval '1 millisecond'
  where e.account = p_account and e.endpoint = p_endpoint and e.delay_ms > 0;
  insert into tiny_quota_use values (p_account, t);
  granted := true;
  granted_at := tiny_asked(p_account);
  wait_ms := 0;
  reason := null;
end $$;

-- Learns a limit the server told. span as in tiny_quota_slot.
create or replace function tiny_quota_learn(p_account text, p_span int, p_limit int) returns void
language plpgsql as $$
declare q tiny_quota;
begin
  select * into q from tiny_quota where account = p_account for update;
  if not found or tiny_limit(q, p_span) = tiny_watched(p_limit) then
    return;
  end if;
  update tiny_quota set limits_since = tiny_now(),
    learned_per_second = case when p_span = 0 then p_limit else learned_per_second end,
    learned_per_window = case when p_span = 1 then p_limit else learned_per_window end,
    learned_per_hour = case when p_span = 2 then p_limit else learned_per_hour end
  where account = p_account returning * into q;
  perform tiny_quota_fill(q);
end $$;

-- Which window a limit with that reset belongs to; null: none that is watched.
create or replace function tiny_quota_bucket(q tiny_quota, p_limit int, p_reset double precision)
returns int language sql immutable as $$
  select case
    when p_limit is null or p_limit < 1 then null
    when p_reset <= 1
      and abs(ln(p_limit::float / greatest(1, case when q.per_second = 0 then 4 else tiny_limit(q, 0) end)))
        < abs(ln(p_limit::float / greatest(1, case when q.per_window = 0 then 30 else tiny_limit(q, 1) end)))
      then case when q.per_second = 0 then null else 0 end
    when q.per_hour > 0 and p_reset > q.window_ms / 1000.0 + 1 then 2
    when q.per_window = 0 then null
    else 1 end
$$;

-- From a moment, in milliseconds of the clock whose windows count, to the window's end.
create or replace function tiny_to_boundary(q tiny_quota, p_ms numeric) returns interval
language sql immutable as $$
  select (q.window_ms - p_ms % q.window_ms) * interval '1 millisecond'
$$;

-- Gives the slots back and takes the server's word. The response has arrived before this runs, so
-- now + T is after its arrival there + T. p_end: 'ok', 'throttled', 'forbidden', 'failed', or
-- 'unknown' (a timeout: the request may still arrive, so the lease runs out by itself).
-- p_server_ms: what the server's own clock said, to the second.
create or replace procedure tiny_release(
  p_account text, p_endpoint text, p_lease bigint, p_slots int[], p_end text,
  p_limit int, p_remaining int, p_reset double precision, p_closed_ms bigint, p_server_ms bigint)
language plpgsql as $$
declare
  q tiny_quota;
  t timestamptz;
  bucket int;
  under_way int;
  until timestamptz;
begin
  -- Losing this in a crash of the database is safe: leases end by themselves.
  perform set_config('synchronous_commit', 'off', true);
  select * into q from tiny_quota where account = p_account;
  if not found then
    return;
  end if;
  bucket := tiny_quota_bucket(q, p_limit, coalesce(p_reset, 60));
  if p_end in ('throttled', 'forbidden') or (bucket is not null
      and (tiny_limit(q, bucket) <> tiny_watched(p_limit) or p_remaining < 50)) then
    select * into q from tiny_quota where account = p_account for update;
  end if;
  t := tiny_now();
  if p_end <> 'unknown' then
    for span_ in 0..2 loop
      continue when p_slots[span_ + 1] < 0;
      update tiny_quota_slot s set lease = null, free_at = t + tiny_span(q, span_),
        expected_at = t + tiny_span(q, span_)
      where s.account = p_account and s.span = span_ and s.slot = p_slots[span_ + 1]
        and s.lease = p_lease;
    end loop;
  end if;
  if bucket is not null and tiny_limit(q, bucket) <> tiny_watched(p_limit) then
    perform tiny_quota_learn(p_account, bucket, p_limit);
  end if;
  if bucket = 1 and p_remaining < 50 and p_reset is not null then
    select count(*) into under_way from tiny_quota_slot s
    where s.account = p_account and s.span = 1 and s.lease is not null and s.free_at > t;
    update tiny_quota set budget = p_remaining - under_way,
      budget_until = t + least(p_reset * interval '1 second', tiny_span(q, 1))
    where account = p_account;
  end if;
  if p_end = 'throttled' then
    until := case
      when p_reset is not null then t + p_reset * interval '1 second' + interval '250 milliseconds'
      -- Without headers: the second's bucket if the minute's had plenty left, else the minute's.
      when q.budget_until > t and q.budget > 2 and q.throttled_at < t - interval '5 seconds'
        then t + interval '1 second'
      -- Opened a moment ago, and too early: the clocks differ by a little.
      when q.closed_until > t - interval '5 seconds' and q.closed_until <= t
        then t + interval '3 seconds'
      else t + tiny_to_boundary(q, coalesce(p_server_ms + 500, 1000 * extract(epoch from t)))
        + interval '1 second' end;
    update tiny_quota set throttled_at = t, closed_reason = 'quota',
      closed_until = greatest(closed_until, least(until, t + tiny_span(q, 1)))
    where account = p_account;
    insert into tiny_endpoint as e (account, endpoint, delay_ms, next_at)
    values (p_account, p_endpoint, 1000, t)
    on conflict (account, endpoint) do update
      set delay_ms = least(60000, greatest(1000, e.delay_ms * 2));
  elsif p_end = 'ok' then
    update tiny_endpoint e set delay_ms =
      case when q.throttled_at < t - 2 * tiny_span(q, 1) then 0
        else greatest(1000, e.delay_ms * 0.9) end
    where e.account = p_account and e.endpoint = p_endpoint and e.delay_ms > 0;
  elsif p_end = 'forbidden' then
    update tiny_quota set closed_reason = 'account',
      closed_until = greatest(closed_until, t + p_closed_ms * interval '1 millisecond')
    where account = p_account;
  end if;
end $$;

-- Holds the slots of a call under way for longer, never for shorter. False: the lease ended, and
-- others have them by now. Committed to disk: the holder leans on it.
create or replace function tiny_hold(p_account text, p_lease bigint, p_slots int[], p_hold interval)
returns boolean language plpgsql as $$
declare
  q tiny_quota;
  t timestamptz := tiny_now();
  held boolean := true;
begin
  select * into q from tiny_quota where account = p_account;
  for span_ in 0..2 loop
    continue when p_slots[span_ + 1] < 0;
    update tiny_quota_slot s set free_at = greatest(s.free_at, t + p_hold + tiny_span(q, span_))
    where s.account = p_account and s.span = span_ and s.slot = p_slots[span_ + 1]
      and s.lease = p_lease;
    held := held and found;
  end loop;
  return held;
end $$;
