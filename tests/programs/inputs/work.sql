-- Inserts, indexes, joins, windows, JSON, full text, recursion, deletion, VACUUM.
PRAGMA journal_mode = WAL;
PRAGMA cache_size = -20000;
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, body BLOB);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000)
INSERT INTO item SELECT i, printf('item %d', i * 7919 % 120000), i * 0.25, zeroblob(i % 400) FROM n;
CREATE INDEX item_name ON item (name);
CREATE INDEX item_price ON item (price, id) WHERE id % 2 = 0;
CREATE TABLE sale (id INTEGER PRIMARY KEY, item INTEGER REFERENCES item, amount INTEGER, info TEXT);
INSERT INTO sale SELECT id, id * 31 % 120000 + 1, id % 17, json_object('n', id, 'tags', json_array(id % 3, id % 5)) FROM item;
SELECT count(*), sum(length(body)), max(name) FROM item;
SELECT i.name, sum(s.amount * i.price) AS total FROM sale s JOIN item i ON i.id = s.item GROUP BY i.name ORDER BY total DESC, i.name LIMIT 10;
SELECT json_extract(info, '$.tags[1]') AS tag, count(*) FROM sale GROUP BY tag ORDER BY tag;
SELECT id, amount, sum(amount) OVER (PARTITION BY item % 50 ORDER BY id ROWS 20 PRECEDING) AS running FROM sale ORDER BY running DESC, id LIMIT 5;
CREATE VIRTUAL TABLE texts USING fts5(body);
INSERT INTO texts SELECT 'the ' || name || ' costs ' || price FROM item WHERE id <= 40000;
SELECT count(*) FROM texts WHERE texts MATCH 'item AND 77*';
SELECT group_concat(name, ',') FROM (SELECT name FROM item WHERE price BETWEEN 500 AND 502 ORDER BY name);
UPDATE item SET name = upper(name) || hex(zeroblob(20)) WHERE id % 3 = 0;
DELETE FROM item WHERE id % 5 = 0;
SELECT count(DISTINCT name), total(price) FROM item;
VACUUM;
PRAGMA integrity_check;
SELECT length(group_concat(body || name)) FROM item;
