CREATE TABLE item AS SELECT i AS id, 'item ' || (i * 7919 % 60000) AS name, i * 0.25 AS price,
    jsonb_build_object('n', i, 'tags', jsonb_build_array(i % 3, i % 5)) AS info FROM generate_series(1, 60000) i;
CREATE INDEX ON item (name);
CREATE INDEX ON item USING gin (info);
ANALYZE item;
SELECT count(*), sum(price), max(name) FROM item;
SELECT a.name, count(*) FROM item a JOIN item b ON b.id = a.id * 3 % 60000 GROUP BY a.name ORDER BY 2 DESC, 1 LIMIT 5;
SELECT info->'tags'->>1 AS tag, count(*) FROM item GROUP BY tag ORDER BY tag;
SELECT count(*) FROM item WHERE info @> '{"tags": [2, 4]}';
SELECT md5(string_agg(name, ',' ORDER BY name)) FROM item;
SELECT id, sum(price) OVER (ORDER BY id ROWS 100 PRECEDING) FROM item ORDER BY 2 DESC LIMIT 3;
DO $$ DECLARE t text := ''; BEGIN FOR i IN 1..5000 LOOP t := t || i; END LOOP; RAISE NOTICE '%', length(t); END $$;
SELECT count(*) FROM regexp_matches(repeat('word1 word22 ', 20000), '(\w+\d{2}) ', 'g');
SELECT sum(bbalance) - sum(tbalance) FROM (SELECT (SELECT sum(bbalance) FROM pgbench_branches) AS bbalance, (SELECT sum(tbalance) FROM pgbench_tellers) AS tbalance) sums;
SELECT count(*) FROM pgbench_history;
DELETE FROM item WHERE id % 3 = 0;
VACUUM FULL item;
SELECT count(*) FROM item;
