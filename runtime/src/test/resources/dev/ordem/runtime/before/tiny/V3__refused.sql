-- What counts is not how old a token is but when a refused one was last replaced.
alter table tiny_account drop column renewed_at, add column refused_at timestamptz;
