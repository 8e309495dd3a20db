
=== a table is added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE TABLE u (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, price DECIMAL(8, 2) DEFAULT 1.5);
CREATE INDEX u_by_name ON u (name);
--- changes
create table `u`

=== a table is dropped [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE TABLE u (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL);
--- rows
INSERT INTO t VALUES (1); INSERT INTO u VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- changes
drop table `u`
--- keeps
SELECT * FROM t

=== tables that refer to each other are added [all]
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id));
CREATE TABLE b (id INTEGER PRIMARY KEY, c INTEGER, FOREIGN KEY (c) REFERENCES c (id));

=== a rename of a table is asked about [all]
--- from
CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- to
CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- fails
was the table `person` renamed to `people`?

=== a table is renamed [all]
--- from
CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO person VALUES (1, 'a');
--- to
CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- answers
person=people
--- changes
rename table `person` to `people`

=== a table is replaced by one like it [all]
--- from
CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- to
CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- answers
person=
--- changes
drop table `person`
create table `people`

=== a renamed table gets a column [all]
--- from
CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(20), age INTEGER);
--- rows
INSERT INTO person VALUES (1, 'a', 3);
--- to
CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20), age INTEGER, note VARCHAR(9));
--- answers
person=people

=== a table becomes strict [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT) STRICT;
--- changes
change the options of `t`
--- keeps
SELECT * FROM t

=== a table has no row ids [sqlite]
--- from
CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, name TEXT);
--- rows
INSERT INTO t VALUES ('x', 'a');
--- to
CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, name TEXT) WITHOUT ROWID;
--- keeps
SELECT * FROM t

=== children stay when their parent is made anew [sqlite]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 1), (2, 2);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id) ON DELETE CASCADE);
--- keeps
SELECT c.id, p.name FROM c JOIN p ON p.id = c.p ORDER BY c.id

=== a table that refers to itself is made anew [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id) ON DELETE CASCADE, v INTEGER);
--- rows
INSERT INTO t VALUES (1, NULL, 1), (2, 1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id) ON DELETE CASCADE, v TEXT);
--- keeps
SELECT id, up FROM t ORDER BY id
