
=== columns in another order are nothing to do [all] same
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(9));
--- to
CREATE TABLE t (b VARCHAR(9), id INTEGER PRIMARY KEY, a INTEGER);

=== tables in another order are nothing to do [all] same
--- from
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE TABLE b (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE b (id INTEGER PRIMARY KEY);
CREATE TABLE a (id INTEGER PRIMARY KEY);

=== a column comes first [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (note VARCHAR(9), id INTEGER PRIMARY KEY, a INTEGER);
--- keeps
SELECT id, a FROM t

=== columns come and go at once [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c VARCHAR(9));
--- rows
INSERT INTO t VALUES (1, 2, 3, 'x');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, b INTEGER, d DATE, c VARCHAR(9), e DECIMAL(8, 2));
--- keeps
SELECT id, b, c FROM t

=== a key of three columns in another order [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, PRIMARY KEY (a, b, c));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, PRIMARY KEY (c, a, b));
--- keeps
SELECT * FROM t

=== a primary key is taken away [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (a INTEGER NOT NULL, v INTEGER, PRIMARY KEY (a));
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (a INTEGER NOT NULL, v INTEGER);
--- keeps
SELECT * FROM t

=== the key is another column [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (a VARCHAR(9) NOT NULL, b VARCHAR(9) NOT NULL, PRIMARY KEY (a));
--- rows
INSERT INTO t VALUES ('x', 'y');
--- to
CREATE TABLE t (a VARCHAR(9) NOT NULL, b VARCHAR(9) NOT NULL, PRIMARY KEY (b));
--- keeps
SELECT * FROM t

=== the key goes with its column [postgres sqlite mariadb mysql] one-way
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (a INTEGER);
--- keeps
SELECT a FROM t

=== two checks of one column [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT low CHECK (a > 0));
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT low CHECK (a > 0), CONSTRAINT high CHECK (a < 100 OR a IN (500, 501)));
--- keeps
SELECT * FROM t

=== a check of several columns and texts [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(9));
--- rows
INSERT INTO t VALUES (1, 2, 'x');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(9), CONSTRAINT fits CHECK (a > 0 AND (b <> 'it''s' OR b IS NULL)));
--- keeps
SELECT * FROM t

=== a check goes with its column [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT grown CHECK (b > 0));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- keeps
SELECT id, a FROM t

=== a unique constraint goes with its column [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT sole UNIQUE (b));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- keeps
SELECT id, a FROM t

=== a unique constraint becomes a unique index [sqlite postgres duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT sole UNIQUE (a));
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE UNIQUE INDEX sole ON t (a);
--- keeps
SELECT * FROM t

=== a column with a check is added [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT 5, CONSTRAINT grown CHECK (a > 0));
--- keeps
SELECT id FROM t

=== a column with a unique constraint is added [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1), (2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, code INTEGER, CONSTRAINT sole UNIQUE (code));
--- keeps
SELECT id FROM t ORDER BY id

=== all that a table has changes at once [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a SMALLINT, b VARCHAR(9), c INTEGER DEFAULT 1, CONSTRAINT sole UNIQUE (a), CONSTRAINT grown CHECK (c > 0));
CREATE INDEX by_b ON t (b);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO t VALUES (1, 2, 'x', 3);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a BIGINT NOT NULL, b VARCHAR(20) DEFAULT 'y', d INTEGER, p INTEGER, CONSTRAINT sole UNIQUE (a, d), CONSTRAINT grown CHECK (a > 0), CONSTRAINT t_to_p FOREIGN KEY (p) REFERENCES p (id));
CREATE INDEX by_b ON t (b, a);
--- answers
t.c=
--- keeps
SELECT id, b FROM t

=== an index of four columns loses one [all]
--- from
CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER, d INTEGER);
CREATE INDEX i ON t (a, b, c, d);
--- rows
INSERT INTO t VALUES (1, 2, 3, 4);
--- to
CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER, d INTEGER);
CREATE INDEX i ON t (a, c, d);
--- keeps
SELECT * FROM t

=== a table becomes a view [sqlite postgres duckdb] one-way
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE v (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id FROM t;
--- answers
v=

=== a view goes with its table [all]
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id FROM t;
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);

=== a view of two tables [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER);
CREATE VIEW v AS SELECT u.id, t.a FROM u JOIN t ON t.id = u.t WHERE t.a IS NOT NULL;

=== a view of grouped rows is another [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT a, count(*) AS many FROM t GROUP BY a;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT a, count(*) AS many, max(id) AS latest FROM t GROUP BY a HAVING count(*) > 1;

=== a view is called otherwise [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW w AS SELECT id, a FROM t;

=== everything is dropped [all]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT sole UNIQUE (a));
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
CREATE INDEX by_p ON c (p);
CREATE VIEW v AS SELECT p.id FROM p JOIN c ON c.p = p.id;
--- to
