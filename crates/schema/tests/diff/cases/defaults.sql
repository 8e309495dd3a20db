
=== a default of a negative number [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT 5);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT -5);
--- changes
change the default of `t.a`
--- keeps
SELECT * FROM t

=== a column with a negative default is added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL DEFAULT -1);
--- keeps
SELECT id FROM t

=== a default that is true [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a BOOLEAN DEFAULT FALSE);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a BOOLEAN DEFAULT TRUE);

=== a column that is true for all is added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1), (2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a BOOLEAN NOT NULL DEFAULT TRUE);
--- keeps
SELECT id FROM t ORDER BY id

=== a default of a day [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a DATE);
--- rows
INSERT INTO t VALUES (1, '2024-02-29');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a DATE DEFAULT '2024-02-29');
--- keeps
SELECT * FROM t

=== a default of a fraction [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a DECIMAL(8, 3) DEFAULT 0.125);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a DECIMAL(8, 3) DEFAULT -0.250);

=== a default that is the empty text [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9) DEFAULT '');

=== a default with quotes of all sorts [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30) DEFAULT 'x');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30) DEFAULT 'it''s "so" `or` so');

=== a default with a semicolon and a comment in it [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30) DEFAULT '; -- no, /* no */');

=== a default beyond ASCII [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30) DEFAULT 'x');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30) DEFAULT 'größer – ✓');

=== a default of two lines [sqlite postgres duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30) DEFAULT 'one
two');

=== a default with a backslash [sqlite postgres duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30) DEFAULT 'C:\new');

=== a default with a backslash on MySQL [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30) DEFAULT 'C:\\new');

=== a default that is computed [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT (1 + 2));
--- keeps
SELECT * FROM t

=== a column with a computed default is added [sqlite postgres mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL DEFAULT (1 + 2));
--- keeps
SELECT id FROM t

=== a default of a function of texts [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(30) DEFAULT (lower('ABC')));

=== a moment is no longer the default [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a TIMESTAMP NULL);

=== a default of NULL is none [sqlite postgres mariadb mysql duckdb] one-way
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT 1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT NULL);

=== a default of a wide number [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a BIGINT);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a BIGINT DEFAULT 9007199254740993);

=== a default of a generated id [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a uuid);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a uuid DEFAULT gen_random_uuid());

=== a default of an array and of bytes [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a text[], b bytea);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a text[] DEFAULT ARRAY['x', 'it''s'], b bytea DEFAULT '\x00ff');

=== a default of a text without limit [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT ('it''s'));

=== a default of bits [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a BIT(4));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a BIT(4) DEFAULT b'0101');

=== a default of a document [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a JSON);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a JSON DEFAULT ('{"a": [1, 2]}'));

=== a default of a list and of a structure [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER[], b STRUCT(x INTEGER));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER[] DEFAULT [1, 2], b STRUCT(x INTEGER) DEFAULT {'x': 1});

=== the default of a renamed column stays [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT 7, b INTEGER DEFAULT 8);
--- rows
INSERT INTO t (id) VALUES (1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER DEFAULT 7, b INTEGER DEFAULT 8);
--- answers
t.a=x
--- changes
rename column `t.a` to `x`
