
=== two columns are renamed at once [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(9));
--- rows
INSERT INTO t VALUES (1, 2, '3');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, y VARCHAR(9));
--- answers
t.a=x
t.b=y
--- keeps
SELECT * FROM t

=== a table and its column are renamed [all]
--- from
CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(20), age INTEGER);
--- rows
INSERT INTO person VALUES (1, 'a', 2);
--- to
CREATE TABLE people (id INTEGER PRIMARY KEY, full_name VARCHAR(20), age INTEGER);
--- answers
person=people
people.name=full_name
--- changes
rename table `person` to `people`
rename column `people.name` to `full_name`

=== a rename and another type [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a SMALLINT, b INTEGER);
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, amount BIGINT, b INTEGER);
--- answers
t.a=amount
--- changes
rename column `t.a` to `amount`
change the type of `t.amount`

=== a column of the key is renamed [all]
--- from
CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, c VARCHAR(9), PRIMARY KEY (a, b));
--- rows
INSERT INTO t VALUES (1, 2, 'x');
--- to
CREATE TABLE t (key_a INTEGER NOT NULL, b INTEGER NOT NULL, c VARCHAR(9), PRIMARY KEY (key_a, b));
--- answers
t.a=key_a
--- keeps
SELECT * FROM t

=== a column that others refer to is renamed [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, v INTEGER);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (number INTEGER PRIMARY KEY, v INTEGER);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (number));
--- answers
p.id=number
--- keeps
SELECT * FROM c

=== a table that others refer to is renamed [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, v INTEGER);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE parent (id INTEGER PRIMARY KEY, v INTEGER);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES parent (id));
--- answers
p=parent
--- keeps
SELECT * FROM c

=== a column that refers is renamed [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, parent INTEGER, CONSTRAINT c_to_p FOREIGN KEY (parent) REFERENCES p (id));
--- answers
c.p=parent
--- keeps
SELECT * FROM c

=== a column of a unique constraint is renamed [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT sole UNIQUE (a, b));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, b INTEGER, CONSTRAINT sole UNIQUE (x, b));
--- answers
t.a=x
--- keeps
SELECT * FROM t

=== a column of a check is renamed [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT grown CHECK (a > 0));
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, CONSTRAINT grown CHECK (x > 0));
--- answers
t.a=x
--- keeps
SELECT * FROM t

=== a column of a partial index is renamed [sqlite postgres]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
CREATE INDEX by_b ON t (b) WHERE a > 5;
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, b INTEGER);
CREATE INDEX by_b ON t (b) WHERE x > 5;
--- answers
t.a=x
--- keeps
SELECT * FROM t

=== a column that another is computed by is renamed [sqlite postgres]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, twice INTEGER GENERATED ALWAYS AS (a * 2) STORED);
--- rows
INSERT INTO t (id, a) VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, twice INTEGER GENERATED ALWAYS AS (x * 2) STORED);
--- answers
t.a=x
--- keeps
SELECT * FROM t

=== a column below a view is renamed [sqlite postgres]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id, a AS told FROM t;
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER);
CREATE VIEW v AS SELECT id, x AS told FROM t;
--- answers
t.a=x
--- keeps
SELECT * FROM v

=== a table below a view is renamed [sqlite postgres]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE u (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id, a FROM u;
--- answers
t=u
--- keeps
SELECT * FROM v

=== a table with a trigger is renamed [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 1 WHERE id = new.id; END;
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE u (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER g AFTER INSERT ON u BEGIN UPDATE u SET a = 1 WHERE id = new.id; END;
--- answers
t=u

=== two tables are renamed in a row [all]
--- from
CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER);
CREATE TABLE b (id INTEGER PRIMARY KEY, y VARCHAR(9));
--- rows
INSERT INTO a VALUES (1, 2);
INSERT INTO b VALUES (1, 'z');
--- to
CREATE TABLE c (id INTEGER PRIMARY KEY, x INTEGER);
CREATE TABLE d (id INTEGER PRIMARY KEY, y VARCHAR(9));
--- answers
a=c
b=d

=== an index of another name [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX by_a ON t (a);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX t_a_idx ON t (a);
--- keeps
SELECT * FROM t

=== a check of another name [sqlite postgres mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT grown CHECK (a > 0));
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT a_is_positive CHECK (a > 0));
--- keeps
SELECT * FROM t

=== a foreign key of another name [sqlite postgres]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT fk_c_p FOREIGN KEY (p) REFERENCES p (id));

=== a renamed column gets an index [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER);
CREATE INDEX by_x ON t (x);
--- answers
t.a=x
--- keeps
SELECT * FROM t

=== a renamed column loses its index [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX by_a ON t (a);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER);
--- answers
t.a=x
--- keeps
SELECT * FROM t

=== a renamed column is no longer of the key [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b));
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (a INTEGER NOT NULL, x INTEGER NOT NULL, PRIMARY KEY (a));
--- answers
t.b=x
--- keeps
SELECT * FROM t

=== an answer for a column that is not gone is nothing [all] same
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- answers
t.a=b

=== two columns swap their names [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(9));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9), b INTEGER);
--- changes
change the type of `t.a`
change the type of `t.b`
