
=== a table is no longer strict [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT) STRICT;
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
--- keeps
SELECT * FROM t

=== a strict table without row ids is added [sqlite]
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE t (a TEXT NOT NULL, b INTEGER NOT NULL, v ANY, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;

=== row ids come back [sqlite]
--- from
CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, name TEXT) WITHOUT ROWID;
--- rows
INSERT INTO t VALUES ('x', 'a');
--- to
CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, name TEXT);
--- keeps
SELECT * FROM t

=== numbers may be used again [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v INTEGER);
--- rows
INSERT INTO t VALUES (5, 6);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER);
--- keeps
SELECT * FROM t

=== a collation of an index [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX by_name ON t (name);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX by_name ON t (name COLLATE NOCASE DESC);

=== an index of an expression changes [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, a INTEGER);
CREATE INDEX i ON t (lower(name), a);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, a INTEGER);
CREATE UNIQUE INDEX i ON t (upper(name) COLLATE NOCASE, a + 1 DESC) WHERE a IS NOT NULL;

=== a column without a type [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a, b);
--- keeps
SELECT id, a FROM t

=== a stored generated column becomes a virtual one [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER AS (a * 2) STORED);
--- rows
INSERT INTO t (id, a) VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER AS (a * 2) VIRTUAL);
--- keeps
SELECT * FROM t

=== a generated column is dropped [sqlite postgres mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED);
--- rows
INSERT INTO t (id, a) VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- keeps
SELECT id, a FROM t

=== a generated column goes with what it is computed by [sqlite postgres mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED);
--- rows
INSERT INTO t (id, a) VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- keeps
SELECT id FROM t

=== a trigger of another table reads the one that is made anew [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
CREATE TRIGGER g AFTER DELETE ON log BEGIN UPDATE t SET a = a + 1; END;
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL CHECK (a > 0));
CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
CREATE TRIGGER g AFTER DELETE ON log BEGIN UPDATE t SET a = a + 1; END;
--- keeps
SELECT * FROM t

=== a trigger instead of writing to a view [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.id, new.a); END;

=== a view with a trigger of a table that is made anew [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.id, new.a); END;
--- rows
INSERT INTO v VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.id, new.a); END;

=== a full text index is added [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT);
CREATE VIRTUAL TABLE search USING fts5(body, content='t', content_rowid='id');

=== a unique column without a name [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
--- rows
INSERT INTO t VALUES (1, 'x');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE);
--- keeps
SELECT * FROM t

=== a check without a name [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (a > 0), CHECK (a < 100 AND id > 0));
--- keeps
SELECT * FROM t
