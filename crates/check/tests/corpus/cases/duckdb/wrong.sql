SELECT naem FROM person;
SELECT * FROM persn;
INSERT INTO sale (id, totl) VALUES (1, 2);
UPDATE person SET nmae = 'x' WHERE id = ?;
SELECT thrice(1);
SELECT name FROM copied;
SELECT name
  FROM person
  WHERE idd = ?;
