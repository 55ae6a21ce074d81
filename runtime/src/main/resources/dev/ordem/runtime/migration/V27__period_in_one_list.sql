-- A period is read as one list now, not month by month: a place in the list of a month is none in it.
UPDATE sync_run SET cursor = NULL
WHERE mode = 'period' AND cursor IS NOT NULL AND NOT (cursor->>'ended')::boolean;
