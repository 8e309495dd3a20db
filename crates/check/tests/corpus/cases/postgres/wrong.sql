SELECT naem FROM person;
SELECT p.colour
  FROM person AS p;
SELECT * FROM persn;
SELECT * FROM sales.order;
SELECT q.name FROM person AS p;
INSERT INTO person (name, emial) VALUES ($1, $2);
INSERT INTO person (name, email) VALUES ($1, $2, $3);
UPDATE person SET nmae = $1 WHERE id = $2;
UPDATE sales.orders SET total = totl * 2;
DELETE FROM person WHERE idd = $1;
SELECT total FROM (SELECT person_id, total AS sum FROM sales.orders) AS o WHERE o.total > 1;
WITH t AS (SELECT person_id FROM sales.orders) SELECT t.person FROM t;
SELECT note FROM sales.orders;
SELECT name FROM person WHERE EXISTS (SELECT 1 FROM sales.orders WHERE persn_id = person.id);
INSERT INTO person (name) VALUES ($1) ON CONFLICT (email) DO UPDATE SET name = excluded.nam;
SELECT name FROM person UNION SELECT remrk FROM sales.orders;
SELCT 1;
