
=== an index is added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
CREATE INDEX by_a ON t (a);
--- changes
add index `by_a` to `t`

=== an index of several columns is added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
CREATE INDEX by_both ON t (b, a);

=== an index that descends [sqlite postgres mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
CREATE INDEX i ON t (a);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
CREATE INDEX i ON t (a DESC, b);
--- changes
drop index `i` of `t`
add index `i` to `t`

=== an index is dropped [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX by_a ON t (a);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- changes
drop index `by_a` of `t`

=== an index becomes unique [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX by_a ON t (a);
--- rows
INSERT INTO t VALUES (1, 2), (2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE UNIQUE INDEX by_a ON t (a);

=== a partial index is added [sqlite postgres]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX by_a ON t (a) WHERE a > 5;

=== the condition of an index changes [sqlite postgres]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX by_a ON t (a) WHERE a > 5;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX by_a ON t (a) WHERE a > 6;

=== an index of an expression is added [sqlite postgres duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
CREATE INDEX by_name ON t (lower(name));

=== an index of an expression is added on MySQL [mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, KEY by_twice ((a * 2)));

=== indexes of all methods [postgres]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, doc jsonb, words tsvector, at timestamptz, name text);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, doc jsonb, words tsvector, at timestamptz, name text);
CREATE INDEX by_doc ON t USING gin (doc jsonb_path_ops);
CREATE INDEX by_words ON t USING gin (words);
CREATE INDEX by_at ON t USING brin (at);
CREATE INDEX by_name ON t USING hash (name);
CREATE INDEX by_start ON t (name text_pattern_ops);
CREATE INDEX by_last ON t (at DESC NULLS LAST) INCLUDE (name);

=== full text [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(200));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(200), FULLTEXT KEY by_words (name));

=== a unique constraint is added [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT sole UNIQUE (a, b));
--- keeps
SELECT * FROM t

=== a unique constraint is dropped [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT sole UNIQUE (a, b));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
--- keeps
SELECT * FROM t

=== a unique constraint has more columns [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT sole UNIQUE (a));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT sole UNIQUE (a, b));
--- keeps
SELECT * FROM t

=== the primary key has more columns [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, v INTEGER, PRIMARY KEY (a));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, v INTEGER, PRIMARY KEY (a, b));
--- changes
make (a, b) the primary key of `t`
--- keeps
SELECT * FROM t

=== a primary key is given [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (a INTEGER NOT NULL, v INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (a INTEGER NOT NULL, v INTEGER, PRIMARY KEY (a));
--- keeps
SELECT * FROM t

=== a check is added [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT grown CHECK (a > 0));
--- keeps
SELECT * FROM t

=== a check is dropped [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT grown CHECK (a > 0));
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- keeps
SELECT * FROM t

=== a check is another [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT grown CHECK (a > 0));
--- rows
INSERT INTO t VALUES (1, 13);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT grown CHECK (a BETWEEN 1 AND 13));
--- keeps
SELECT * FROM t

=== a foreign key is added [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER);
--- rows
INSERT INTO p VALUES (1); INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- changes
add a foreign key from `c` (p) to `p`
--- keeps
SELECT * FROM c

=== a foreign key is dropped [sqlite postgres duckdb]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1); INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER);
--- keeps
SELECT * FROM c

=== a foreign key cascades [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1); INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE SET NULL);
--- keeps
SELECT * FROM c

=== a column that refers is added [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO p VALUES (1); INSERT INTO c VALUES (5);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));

=== a reference of two columns [sqlite postgres mariadb mysql]
--- from
CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
--- rows
INSERT INTO p VALUES (1, 2); INSERT INTO c VALUES (5, 1, 2);
--- to
CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, CONSTRAINT c_to_p FOREIGN KEY (a, b) REFERENCES p (a, b));
--- keeps
SELECT * FROM c

=== a reference waits for the end of the transaction [sqlite postgres]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED);

=== a parent and its child go together [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1); INSERT INTO c VALUES (5, 1);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);

=== a circle of references [postgres mariadb mysql] one-way
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER);
CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT b_to_a FOREIGN KEY (a) REFERENCES a (id));
ALTER TABLE a ADD CONSTRAINT a_to_b FOREIGN KEY (b) REFERENCES b (id);

=== an index of the first letters [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(200));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(200), KEY by_start (name(10)));
