
=== a column goes from a table that others refer to [all]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
CREATE INDEX c_by_p ON c (p);
--- rows
INSERT INTO p VALUES (1, 2, 3), (4, 5, 6);
INSERT INTO c VALUES (7, 1), (8, 4);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, b INTEGER);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
CREATE INDEX c_by_p ON c (p);
--- changes
drop column `p.a`
--- keeps
SELECT p.id, p.b, c.id FROM p JOIN c ON c.p = p.id ORDER BY 1

=== a column of a table that others refer to is called otherwise [all]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, b INTEGER);
CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
--- answers
p.a=b
--- keeps
SELECT p.id, c.p FROM p JOIN c ON c.p = p.id

=== a column of a table that others refer to must have a value [all]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER NOT NULL);
CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
--- keeps
SELECT p.id, p.a, c.p FROM p JOIN c ON c.p = p.id

=== a column of a table that others refer to gets another type [all]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, a BIGINT);
CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
--- keeps
SELECT p.id, p.a, c.p FROM p JOIN c ON c.p = p.id

=== a check comes to a table that others refer to through others [all]
--- from
CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER);
CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER, FOREIGN KEY (a) REFERENCES a (id));
CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER, FOREIGN KEY (b) REFERENCES b (id));
--- rows
INSERT INTO a VALUES (1, 9);
INSERT INTO b VALUES (2, 1);
INSERT INTO c VALUES (3, 2);
--- to
CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER, CHECK (n > 0));
CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER, FOREIGN KEY (a) REFERENCES a (id));
CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER, FOREIGN KEY (b) REFERENCES b (id));
--- keeps
SELECT a.id, a.n, b.id, c.id FROM a JOIN b ON b.a = a.id JOIN c ON c.b = b.id

=== who refers to a table goes while it changes [all]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
CREATE TABLE d (id INTEGER PRIMARY KEY, c INTEGER, FOREIGN KEY (c) REFERENCES c (id));
--- rows
INSERT INTO p VALUES (1, 2);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, CHECK (a > 1));
--- keeps
SELECT id, a FROM p

=== who refers to a table changes along with it [all]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, note VARCHAR(9), FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (3, 1, 'x');
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER NOT NULL);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER NOT NULL, more INTEGER DEFAULT 5, note VARCHAR(9),
    FOREIGN KEY (p) REFERENCES p (id));
CREATE TABLE d (id INTEGER PRIMARY KEY, c INTEGER, FOREIGN KEY (c) REFERENCES c (id));
--- keeps
SELECT p.id, p.a, c.id, c.note FROM p JOIN c ON c.p = p.id

=== a reference to what becomes unique [all]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, code VARCHAR(9));
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, code VARCHAR(9), FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, 'x');
INSERT INTO c VALUES (3, 1, 'x');
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, code VARCHAR(9), UNIQUE (code));
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, code VARCHAR(9), FOREIGN KEY (p) REFERENCES p (id),
    FOREIGN KEY (code) REFERENCES p (code));
--- keeps
SELECT p.id, p.code, c.id FROM p JOIN c ON c.p = p.id

=== a table that refers to itself and is referred to [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, up INTEGER, a INTEGER, FOREIGN KEY (up) REFERENCES p (id));
CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, NULL, 3);
INSERT INTO p VALUES (2, 1, 4);
INSERT INTO c VALUES (2);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, up INTEGER, a INTEGER NOT NULL, FOREIGN KEY (up) REFERENCES p (id));
CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
--- keeps
SELECT p.id, p.up, p.a FROM p ORDER BY 1

=== a table that others refer to is called otherwise [all]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE c (p INTEGER, CONSTRAINT of_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (1);
--- to
CREATE TABLE q (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE c (p INTEGER, CONSTRAINT of_p FOREIGN KEY (p) REFERENCES q (id));
--- answers
p=q
--- keeps
SELECT p FROM c
