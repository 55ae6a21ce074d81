-- Tokens and quota. A database that tiny-client migrated by itself, with a history of its own, has
-- these tables already: what is there stays, and is brought to the same form.
set local client_min_messages = warning; -- "already exists, skipping" is no news

-- The one clock of tokens and quota: this database's, whatever the transaction. It stands here and
-- not in R__quota.sql because the tables' defaults need it, and repeatable migrations run last.
create or replace function tiny_now() returns timestamptz language sql volatile
as 'select clock_timestamp()';

-- Tokens. One row per account; every change of tokens raises "version".
create table if not exists tiny_account (
  account            text primary key,
  access_token       bytea,
  refresh_token      bytea,
  expires_at         timestamptz,
  renew_at           timestamptz,
  version            bigint not null default 0,
  state              text not null default 'READY'
                     check (state in ('READY', 'AUTHORISATION_REQUIRED')),
  problem            text,
  -- Fingerprints of the refresh tokens that were ever given by configuration.
  imported           bytea[] not null default '{}',
  -- A renewal under way: who, for which version, and until when the others believe in it.
  renewal_holder     uuid,
  renewal_version    bigint,
  renewal_until      timestamptz,
  -- After a renewal that failed without a verdict: when to try again.
  retry_at           timestamptz,
  failures           int not null default 0,
  -- When a refused access token was last replaced.
  refused_at         timestamptz
);
create index if not exists tiny_account_renew_at on tiny_account (renew_at) where state = 'READY';

-- Browser authorisations under way, by the hash of their state.
create table if not exists tiny_authorisation (
  state_hash   bytea primary key,
  account      text not null,
  verifier     bytea not null,
  redirect_uri text not null,
  created_at   timestamptz not null default tiny_now()
);

-- What an account may do. 0: no such window. The learned values are the server's word.
create table if not exists tiny_quota (
  account            text primary key,
  per_second         int not null,
  per_window         int not null,
  window_ms          bigint not null,
  per_hour           int not null,
  learned_per_second int,
  learned_per_window int,
  learned_per_hour   int,
  limits_since       timestamptz not null default tiny_now(),
  closed_until       timestamptz not null default '-infinity',
  closed_reason      text,
  -- What the server says is left until the reset, less what was sent since.
  budget             int not null default 0,
  budget_until       timestamptz not null default '-infinity',
  throttled_at       timestamptz not null default '-infinity',
  -- Until when a share is kept for people and for pages, because they asked of late.
  refresh_until      timestamptz not null default '-infinity',
  page_until         timestamptz not null default '-infinity'
) with (fillfactor = 50);

-- Slots. span: 0 the second, 1 the window, 2 the hour.
create table if not exists tiny_quota_slot (
  account     text not null,
  span        smallint not null,
  slot        int not null,
  -- Nobody takes the slot before.
  free_at     timestamptz not null default '-infinity',
  -- When it is likely to be free: earlier than free_at while the call is under way.
  expected_at timestamptz not null default '-infinity',
  lease       bigint,
  primary key (account, span, slot)
) with (fillfactor = 60);
create index if not exists tiny_quota_slot_free_at on tiny_quota_slot (account, span, free_at);
create sequence if not exists tiny_quota_lease;

-- Every permit ever given, kept for two hours: what the quota is audited by.
create table if not exists tiny_quota_use (
  account    text not null,
  granted_at timestamptz not null
);
create index if not exists tiny_quota_use_granted_at on tiny_quota_use (account, granted_at);

-- Adaptive delay: exists for an endpoint from its first 429 on.
create table if not exists tiny_endpoint (
  account  text not null,
  endpoint text not null,
  delay_ms double precision not null,
  next_at  timestamptz not null default '-infinity',
  primary key (account, endpoint)
) with (fillfactor = 50);

-- The first versions of tiny-client asked how old a token was.
alter table tiny_account drop column if exists renewed_at;
alter table tiny_account add column if not exists refused_at timestamptz;

-- What tiny-client noted of its own migrations: from here on there is one history.
drop table if exists tiny_schema_history;
