SELECT naem FROM person;
SELECT p.colour
  FROM person AS p;
SELECT * FROM persn WHERE id = 1;
INSERT INTO post (id, autor) VALUES (1, 2);
INSERT INTO post (id, author) VALUES (1, 2, 3);
UPDATE person SET nmae = 'x';
SELECT * FROM seen;
SELCT 1;
SELECT * FORM person;
SELECT unknown_function(name) FROM person;
SELECT 'ö', 	nam FROM person;
SELECT ?, $1;
