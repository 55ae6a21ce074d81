-- Holds the slots of a call under way for longer, never for shorter. False: the lease ended, and
-- others have them by now. Committed to disk: the holder leans on it.
create function tiny_hold(p_account text, p_lease bigint, p_slots int[], p_hold interval)
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
