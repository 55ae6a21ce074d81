-- Health is read without a token: what it tells of an account, and what names persons, are apart.
ALTER TABLE tiny_account ADD problem_detail text;
COMMENT ON COLUMN tiny_account.problem IS 'What keeps the account from being used and what to do; names nobody.';
COMMENT ON COLUMN tiny_account.problem_detail IS 'Persons and companies by name, and what Tiny said, of that problem; not for everybody.';
UPDATE tiny_account SET problem_detail = problem,
  problem = 'Its authorisation was refused or is over: ./ordem connect --account ' || account
WHERE problem IS NOT NULL AND state = 'AUTHORISATION_REQUIRED' AND refresh_token IS NOT NULL;
UPDATE tiny_account SET problem = NULL WHERE state = 'READY'; -- the next renewal says it again

-- A customer counts by id alone: the name, which may change, is no part of a fingerprint any more.
UPDATE identity SET sample = '{}' WHERE sample <> '{}';
COMMENT ON COLUMN identity.sample IS 'Its oldest orders at that time, as id and a fingerprint of number, date and the customer''s id.';
