
=== a reference that sets to NULL [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET NULL);
--- keeps
SELECT * FROM c

=== a reference that restricts [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id) ON UPDATE CASCADE);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id) ON UPDATE RESTRICT ON DELETE RESTRICT);

=== a reference that sets to the default [sqlite postgres]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER DEFAULT 1, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER DEFAULT 1, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET DEFAULT);

=== a table refers to itself [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER, CONSTRAINT t_to_t FOREIGN KEY (up) REFERENCES t (id));

=== a table that refers to itself is added [all]
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER, CONSTRAINT t_to_t FOREIGN KEY (up) REFERENCES t (id));

=== a table that refers to itself gets a column [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER, CONSTRAINT t_to_t FOREIGN KEY (up) REFERENCES t (id));
--- rows
INSERT INTO t VALUES (1, NULL);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER, name VARCHAR(9) NOT NULL DEFAULT 'x', CONSTRAINT t_to_t FOREIGN KEY (up) REFERENCES t (id));
--- keeps
SELECT id, up FROM t

=== a circle of three [postgres mariadb mysql] one-way
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE a (id INTEGER PRIMARY KEY, c INTEGER);
CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT b_to_a FOREIGN KEY (a) REFERENCES a (id));
CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER, CONSTRAINT c_to_b FOREIGN KEY (b) REFERENCES b (id));
ALTER TABLE a ADD CONSTRAINT a_to_c FOREIGN KEY (c) REFERENCES c (id);

=== a circle of two on SQLite [sqlite]
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b (id));
CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id));

=== a circle is closed between tables that stand [sqlite postgres mariadb mysql]
--- from
CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER);
CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT b_to_a FOREIGN KEY (a) REFERENCES a (id));
--- rows
INSERT INTO a VALUES (1, NULL);
INSERT INTO b VALUES (1, 1);
--- to
CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER, CONSTRAINT a_to_b FOREIGN KEY (b) REFERENCES b (id));
--- keeps
SELECT * FROM b

=== a reference to another table [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE q (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO q VALUES (1);
INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE q (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES q (id));
--- keeps
SELECT * FROM c

=== two references to one table [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT by_a FOREIGN KEY (a) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (5, 1, 1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT by_a FOREIGN KEY (a) REFERENCES p (id), CONSTRAINT by_b FOREIGN KEY (b) REFERENCES p (id) ON DELETE CASCADE);
--- keeps
SELECT * FROM c

=== a reference of two columns is dropped [sqlite postgres]
--- from
CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT c_to_p FOREIGN KEY (a, b) REFERENCES p (a, b));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (5, 1, 2);
--- to
CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
--- keeps
SELECT * FROM c

=== a foreign key and its index are dropped on MySQL [mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER);
--- keeps
SELECT * FROM c

=== a foreign key uses an index that is there [mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, KEY by_p (p));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, KEY by_p (p), CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- keeps
SELECT * FROM c

=== the key that others refer to has more columns [sqlite postgres]
--- from
CREATE TABLE p (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a), CONSTRAINT sole UNIQUE (b));
CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER, CONSTRAINT c_to_p FOREIGN KEY (b) REFERENCES p (b));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (5, 2);
--- to
CREATE TABLE p (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b), CONSTRAINT sole UNIQUE (b));
CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER, CONSTRAINT c_to_p FOREIGN KEY (b) REFERENCES p (b));
--- keeps
SELECT * FROM c

=== a reference and what it refers to have another type [postgres mariadb mysql sqlite] one-way
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id BIGINT PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p BIGINT);

=== a new table refers to one that stands and has a new column [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO p VALUES (1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, code INTEGER, CONSTRAINT sole UNIQUE (code));
CREATE TABLE c (id INTEGER PRIMARY KEY, code INTEGER, CONSTRAINT c_to_p FOREIGN KEY (code) REFERENCES p (code));
--- keeps
SELECT id FROM p

=== a table goes and the column that referred to it [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE c (id INTEGER PRIMARY KEY);
--- keeps
SELECT id FROM c

=== a reference that may wait [postgres]
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (id integer PRIMARY KEY, p integer, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (id integer PRIMARY KEY, p integer, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id) DEFERRABLE INITIALLY IMMEDIATE);

=== a reference that is held from now on [postgres]
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (id integer PRIMARY KEY, p integer);
ALTER TABLE c ADD CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id) NOT VALID;
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (id integer PRIMARY KEY, p integer, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- keeps
SELECT * FROM c

=== a unique constraint that others refer to is otherwise [postgres]
--- from
CREATE TABLE p (id integer PRIMARY KEY, code integer, CONSTRAINT sole UNIQUE (code));
CREATE TABLE c (id integer PRIMARY KEY, code integer, CONSTRAINT c_to_p FOREIGN KEY (code) REFERENCES p (code));
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (5, 2);
--- to
CREATE TABLE p (id integer PRIMARY KEY, code integer, CONSTRAINT sole UNIQUE NULLS NOT DISTINCT (code));
CREATE TABLE c (id integer PRIMARY KEY, code integer, CONSTRAINT c_to_p FOREIGN KEY (code) REFERENCES p (code));
--- keeps
SELECT * FROM c
