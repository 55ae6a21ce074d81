-- Tokens are not in postgres.sql. After this, the next start takes TINY_REFRESH_TOKEN as if it were new.
update tiny_account set imported = '{}' where account = 'default';
