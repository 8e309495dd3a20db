SELECT id, name FROM person WHERE email = ?;
SELECT p.name, count(*) FROM person AS p JOIN post ON post.author = p.id GROUP BY p.id HAVING count(*) > ?2 AND p.name <> ?1;
WITH recent AS (SELECT * FROM post ORDER BY id DESC LIMIT 10)
SELECT recent.title, author.posts FROM recent JOIN author ON author.id = recent.author;
INSERT INTO person (name, email) VALUES (:name, :email) ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING id;
UPDATE post SET title = upper(title) WHERE author IN (SELECT id FROM person WHERE name LIKE 'A%');
DELETE FROM post WHERE NOT EXISTS (SELECT 1 FROM person WHERE person.id = post.author);
CREATE TEMP TABLE seen (id INTEGER);
INSERT INTO seen SELECT id FROM person;
BEGIN;
PRAGMA foreign_keys;
COMMIT;
-- hypostyle:unchecked: the table is another program's
SELECT * FROM elsewhere;
