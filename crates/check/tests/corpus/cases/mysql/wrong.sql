SELECT `naem` FROM person;
SELECT p.title FROM post AS p;
SELECT * FROM persn;
INSERT INTO person (nam) VALUES (?);
INSERT INTO post (id, author) VALUES (?);
INSERT INTO person (name) VALUES (?) ON DUPLICATE KEY UPDATE nmae = 'x';
UPDATE person SET bron = ?;
DELETE FROM post WHERE autor = ?;
