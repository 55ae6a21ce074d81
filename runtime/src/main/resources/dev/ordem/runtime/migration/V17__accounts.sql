-- Each account has an application and limits of its own; the variables describe TINY_ACCOUNT alone.
ALTER TABLE tiny_account
  ADD client_id      text,
  ADD client_secret  bytea,
  ADD client_refused boolean NOT NULL DEFAULT false,
  ADD plan           int,
  ADD per_second     int,
  ADD per_minute     int,
  ADD per_hour       int,
  ADD unproved       boolean NOT NULL DEFAULT false,
  ADD kept_token     bytea,
  ADD refused        bytea;
COMMENT ON COLUMN tiny_account.client_id IS 'The application that the account is read with, as Tiny names it.';
COMMENT ON COLUMN tiny_account.client_secret IS 'Its secret, encrypted.';
COMMENT ON COLUMN tiny_account.client_refused IS 'The token endpoint does not know that application, or not with that secret.';
COMMENT ON COLUMN tiny_account.plan IS 'Reads a minute of the plan, as a person said; Tiny''s word is in tiny_quota.';
COMMENT ON COLUMN tiny_account.per_second IS 'Calls a second to begin with; 0: no such window; null: the usual.';
COMMENT ON COLUMN tiny_account.per_minute IS 'Calls in the middle window to begin with; 0: no such window; null: the plan''s, or the usual.';
COMMENT ON COLUMN tiny_account.per_hour IS 'Calls an hour; 0 or null: no such window.';
COMMENT ON COLUMN tiny_account.unproved IS 'Its authorisation came from TINY_REFRESH_TOKEN, and whose it is was not compared with what is known.';

COMMENT ON COLUMN tiny_account.kept_token IS 'The refresh token, encrypted, that one of TINY_REFRESH_TOKEN replaced which is not proved yet.';
COMMENT ON COLUMN tiny_account.refused IS 'Fingerprint of the TINY_REFRESH_TOKEN that was refused last, as another company''s or as dead.';

-- Until now all accounts had the limits of the variables.
UPDATE tiny_account a SET per_second = q.per_second, per_minute = q.per_window, per_hour = q.per_hour
FROM tiny_quota q WHERE q.account = a.account;

-- What an authorisation under way is for.
ALTER TABLE tiny_authorisation
  ADD client_id     text,
  ADD client_secret bytea,
  ADD plan          int,
  ADD per_second    int,
  ADD per_minute    int,
  ADD per_hour      int,
  ADD confirmed     boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN tiny_authorisation.client_id IS 'The application that is authorised; null: the one of the account.';
COMMENT ON COLUMN tiny_authorisation.client_secret IS 'Its secret, encrypted.';
COMMENT ON COLUMN tiny_authorisation.plan IS 'As in tiny_account; null: as it was.';
COMMENT ON COLUMN tiny_authorisation.per_second IS 'As in tiny_account; null: as it was.';
COMMENT ON COLUMN tiny_authorisation.per_minute IS 'As in tiny_account; null: as it was.';
COMMENT ON COLUMN tiny_authorisation.per_hour IS 'As in tiny_account; null: as it was.';
COMMENT ON COLUMN tiny_authorisation.confirmed IS 'A person has said that the company is the right one, whatever the comparison says.';

-- Whose each account is beyond the API's address, so that two companies at one address do not mix.
ALTER TABLE identity
  ADD subject  text,
  ADD username text,
  ADD email    text,
  ADD orders   bigint,
  ADD sample   text[] NOT NULL DEFAULT '{}',
  ADD whose_at timestamptz;
COMMENT ON TABLE identity IS 'Whose orders this database holds; a start for another API is refused, an authorisation of another company, too. It outlives a disconnect, as the orders do.';
COMMENT ON COLUMN identity.company IS 'The company, where the tokens name one.';
COMMENT ON COLUMN identity.subject IS 'The person who authorised it, as Keycloak numbers people (claim sub).';
COMMENT ON COLUMN identity.username IS 'That person''s name at login.';
COMMENT ON COLUMN identity.email IS 'That person''s e-mail.';
COMMENT ON COLUMN identity.orders IS 'How many orders the account showed when it was authorised.';
COMMENT ON COLUMN identity.sample IS 'Its oldest orders at that time, as id and a fingerprint of number, date and customer.';
COMMENT ON COLUMN identity.whose_at IS 'When company to sample were read; null: never, all that is known is the API.';
