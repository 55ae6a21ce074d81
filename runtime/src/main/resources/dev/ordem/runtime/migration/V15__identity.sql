-- Whose orders this database holds. A start for another address of the API is refused by it (in
-- tiny-client, StoreIdentity), so that a simulated account's orders and a real one's never meet.
create table identity (
  account  text primary key,
  -- The address of the API in one spelling, or what TINY_API_IDENTITY says in its place.
  api      text not null,
  -- Whose authorisation it is, once something has read that.
  company  text,
  noted_at timestamptz not null default tiny_now()
);
comment on table identity is
  'Whose orders this database holds; the start for another API or company is refused';
comment on column identity.account is 'TINY_ACCOUNT, or the name given to ordem connect';
comment on column identity.api is 'address of the API, in one spelling';
comment on column identity.company is 'company that gave the authorisation; null: not known';
comment on column identity.noted_at is 'when the account was first seen here';
