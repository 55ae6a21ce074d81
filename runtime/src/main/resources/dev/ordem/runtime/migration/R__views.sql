CREATE OR REPLACE VIEW import_failures AS
SELECT q.account, q.os_id, os.numero, q.state, q.last_error_cause AS cause, q.last_error AS error,
       q.last_error_excerpt AS excerpt, q.attempts, q.failing_since AS first_attempt_at,
       q.updated_at AS last_attempt_at, q.next_attempt_at, q.run_id
FROM os_sync_queue q
LEFT JOIN os ON os.account = q.account AND os.id = q.os_id
WHERE q.state IN ('RETRYING', 'PARKED')
UNION ALL
SELECT r.account, r.os_id, os.numero, r.state, r.cause, r.error, r.excerpt, r.attempts,
       r.first_at, r.last_at, NULL::timestamptz, r.run_ids[cardinality(r.run_ids)]
FROM os_refused r
LEFT JOIN os ON os.account = r.account AND os.id = r.os_id
UNION ALL
SELECT u.account, i.os_id, NULL, 'UNREADABLE', 'list-item',
       CASE WHEN i.os_id::text = u.item THEN u.error ELSE u.item || ': ' || u.error END,
       NULL, 1, u.first_at, u.last_at, NULL, NULL
FROM unreadable_header u
CROSS JOIN LATERAL (SELECT substring(u.item FROM '^(?:.*, order )?([0-9]{1,19})$') AS digits) d
CROSS JOIN LATERAL (SELECT CASE WHEN d.digits::numeric <= 9223372036854775807
                                THEN d.digits::bigint END AS os_id) i;

COMMENT ON VIEW import_failures IS 'What is not as it should be: orders whose detail could not be read, tried again (RETRYING) or left to a person (PARKED); rows that Postgres refused (REFUSED); rows that the topics do not know (EXTRA); items of the list that cannot be read, or are too large for Kafka (UNREADABLE).';
COMMENT ON COLUMN import_failures.os_id IS 'Null where an item of the list does not even tell its id; then the error says where it stands.';
COMMENT ON COLUMN import_failures.run_id IS 'The run that wants the order, or last brought the refused row; null when a person did.';

CREATE OR REPLACE VIEW os_conclusao AS
WITH moves AS (
  SELECT account, os_id, sequence, from_situacao, to_situacao, seen_before, seen_at,
         to_situacao IN (2, 3) AND coalesce(from_situacao NOT IN (2, 3), true) AS finishes
  FROM os_status_history
), finished AS (
  SELECT DISTINCT ON (account, os_id) account, os_id, from_situacao, seen_before, seen_at
  FROM moves
  WHERE finishes
  ORDER BY account, os_id, sequence DESC
)
SELECT os.account, os.id AS os_id, os.numero, os.situacao, os.tecnico,
       coalesce(os.data_conclusao,
                CASE WHEN f.from_situacao IS NOT NULL
                     THEN (f.seen_at AT TIME ZONE 'America/Sao_Paulo')::date END) AS concluida_em,
       CASE WHEN os.data_conclusao IS NOT NULL THEN 'tiny'
            WHEN f.from_situacao IS NOT NULL THEN 'observada'
            ELSE 'desconhecida' END AS fonte,
       f.seen_before AS concluida_depois_de,
       f.seen_at AS concluida_ate
FROM os
LEFT JOIN finished f ON f.account = os.account AND f.os_id = os.id
WHERE os.situacao IN (2, 3) AND os.removed_at IS NULL;

COMMENT ON VIEW os_conclusao IS 'When each finished order (serviço concluído, finalizada) was finished: as entered in Tiny, else as observed.';
COMMENT ON COLUMN os_conclusao.fonte IS 'tiny: entered there; observada: the status was seen to change; desconhecida: it was finished before it was first seen.';
COMMENT ON COLUMN os_conclusao.concluida_depois_de IS 'The status changed after this; null when not known.';
COMMENT ON COLUMN os_conclusao.concluida_ate IS 'The status changed before this.';

CREATE OR REPLACE VIEW os_tempo_em_situacao AS
WITH stays AS (
  SELECT account, os_id, sequence, to_situacao AS situacao,
         seen_before AS entrou_depois_de, seen_at AS entrou_ate,
         lead(seen_before) OVER w AS saiu_depois_de, lead(seen_at) OVER w AS saiu_ate
  FROM os_status_history
  WINDOW w AS (PARTITION BY account, os_id ORDER BY sequence)
)
SELECT s.account, s.os_id, s.sequence, s.situacao,
       s.entrou_depois_de, s.entrou_ate, s.saiu_depois_de, s.saiu_ate,
       greatest(coalesce(s.saiu_depois_de, os.header_seen_at, s.entrou_ate) - s.entrou_ate,
                interval '0') AS tempo_minimo,
       coalesce(s.saiu_ate, os.removed_at, now()) - s.entrou_depois_de AS tempo_maximo,
       s.saiu_ate IS NULL AS atual
FROM stays s
LEFT JOIN os ON os.account = s.account AND os.id = s.os_id;

COMMENT ON VIEW os_tempo_em_situacao IS 'How long each order stayed in each status, with bounds, as a change is only known to lie between two looks.';
COMMENT ON COLUMN os_tempo_em_situacao.tempo_minimo IS 'It stayed at least this long.';
COMMENT ON COLUMN os_tempo_em_situacao.tempo_maximo IS 'It stayed at most this long; null when it is not known since when.';
COMMENT ON COLUMN os_tempo_em_situacao.atual IS 'Whether it is the status the order has now.';

CREATE OR REPLACE VIEW os_totais AS
SELECT account, situacao, count(*) AS ordens,
       count(*) FILTER (WHERE details_synced) AS ordens_com_detalhes,
       coalesce(sum(total_servicos), 0) AS total_servicos,
       coalesce(sum(total_pecas), 0) AS total_pecas,
       coalesce(sum(total), 0) AS total
FROM os
WHERE removed_at IS NULL
GROUP BY account, situacao;

COMMENT ON VIEW os_totais IS 'Orders and sums in BRL by status. Only orders with details have sums.';

CREATE OR REPLACE VIEW tecnico AS
SELECT account, mode() WITHIN GROUP (ORDER BY btrim(tecnico)) AS tecnico, count(*) AS ordens,
       count(*) FILTER (WHERE situacao NOT IN (3, 4, 7)) AS ordens_abertas,
       coalesce(sum(total_servicos), 0) AS total_servicos,
       coalesce(sum(total), 0) AS total,
       min(data) AS primeira_data, max(data) AS ultima_data
FROM os
WHERE removed_at IS NULL AND btrim(tecnico) <> ''
GROUP BY account, lower(btrim(tecnico));

COMMENT ON VIEW tecnico IS 'Technicians, as their names are written on orders; case and surrounding blanks do not tell them apart.';

CREATE OR REPLACE VIEW equipamento AS
SELECT account, mode() WITHIN GROUP (ORDER BY btrim(equipamento)) AS equipamento,
       nullif(btrim(equipamento_serie), '') AS equipamento_serie, count(*) AS ordens,
       count(*) FILTER (WHERE situacao NOT IN (3, 4, 7)) AS ordens_abertas,
       min(data) AS primeira_data, max(data) AS ultima_data
FROM os
WHERE removed_at IS NULL
  AND (btrim(equipamento) <> '' OR btrim(equipamento_serie) <> '')
GROUP BY account, lower(btrim(equipamento)), nullif(btrim(equipamento_serie), '');

COMMENT ON VIEW equipamento IS 'Equipment, as written on orders, with its serial number where one is known.';

CREATE OR REPLACE VIEW os_situacao_desconhecida AS
SELECT account, id AS os_id, numero, situacao, payload->>'situacao' AS recebida, updated_at
FROM os
WHERE removed_at IS NULL
  AND (situacao NOT BETWEEN 0 AND 7
       OR (payload->>'situacao' IS NOT NULL AND btrim(payload->>'situacao') !~ '^[0-7]?$'));

COMMENT ON VIEW os_situacao_desconhecida IS 'Orders whose status is none that is known. They are kept, and count as open.';
COMMENT ON COLUMN os_situacao_desconhecida.situacao IS 'The code as Tiny sent it; -1: Tiny never said one; 0 to 7: the last that is known, where Tiny sends no code any more.';
COMMENT ON COLUMN os_situacao_desconhecida.recebida IS 'As Tiny sent it.';
COMMENT ON COLUMN os.situacao IS 'Status: 0 em aberto, 1 orçada, 2 serviço concluído, 3 finalizada, 4 não aprovada, 5 aprovada, 6 em andamento, 7 cancelada; another code as Tiny sends it; -1: Tiny never said one. See os_situacao_desconhecida.';
