
=== a structure gets a field [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, place STRUCT(x INTEGER));
--- rows
INSERT INTO t VALUES (1, {'x': 1});
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, place STRUCT(x INTEGER, y VARCHAR));
--- keeps
SELECT id, place.x FROM t

=== a list of other values [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, many INTEGER[]);
--- rows
INSERT INTO t VALUES (1, [1, 2]);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, many BIGINT[]);
--- keeps
SELECT id, len(many) FROM t

=== an enumeration of a column gets a value [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, mood ENUM('a', 'b'));
--- rows
INSERT INTO t VALUES (1, 'b');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, mood ENUM('a', 'it''s', 'b'));
--- keeps
SELECT id, CAST(mood AS VARCHAR) FROM t

=== maps unions and arrays [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, m MAP(VARCHAR, INTEGER), u UNION(n INTEGER, s VARCHAR), v FLOAT[3]);
--- keeps
SELECT id FROM t

=== wide numbers [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a BIGINT, b UTINYINT);
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a HUGEINT, b UBIGINT);
--- keeps
SELECT id, CAST(a AS INTEGER), CAST(b AS INTEGER) FROM t

=== a generated column is added on DuckDB [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2));
--- keeps
SELECT id, a FROM t

=== an index of several expressions [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, name VARCHAR);
CREATE INDEX i ON t (a);
--- rows
INSERT INTO t VALUES (1, 2, 'x');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, name VARCHAR);
CREATE INDEX i ON t (lower(name), (a + 1));
--- keeps
SELECT * FROM t

=== a comment of a view [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE VIEW v AS SELECT id FROM t;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE VIEW v AS SELECT id FROM t;
COMMENT ON VIEW v IS 'it''s';

=== an index stays while its table changes [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR);
CREATE UNIQUE INDEX by_a ON t (a);
CREATE INDEX by_b ON t (b);
--- rows
INSERT INTO t VALUES (1, 2, 'x');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a BIGINT NOT NULL, b VARCHAR DEFAULT 'y');
CREATE UNIQUE INDEX by_a ON t (a);
CREATE INDEX by_b ON t (b);
--- keeps
SELECT id, b FROM t

=== a column of a key gets another type [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, code INTEGER UNIQUE, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2, 3), (4, 5, 6);
--- to
CREATE TABLE t (id BIGINT PRIMARY KEY, code BIGINT UNIQUE, a INTEGER);
--- keeps
SELECT id, code, a FROM t ORDER BY id

=== a reference comes with its table and both go again [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, NULL);
--- to
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, FOREIGN KEY (a) REFERENCES p (id));
--- keeps
SELECT id FROM t

=== an index with a comment comes and goes [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX by_a ON t (a);
COMMENT ON INDEX by_a IS 'for lists';

=== an index of another schema comes and goes [duckdb]
--- from
CREATE SCHEMA other;
CREATE TABLE other.t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE SCHEMA other;
CREATE TABLE other.t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX by_a ON other.t (a);

=== a column gets another collation [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR COLLATE NOCASE, b VARCHAR);
--- rows
INSERT INTO t VALUES (1, 'X', 'y');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR, b VARCHAR COLLATE NOACCENT);
--- keeps
SELECT id, a, b FROM t

=== a sequence and a type come with a schema and go again [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE SCHEMA other;
CREATE SEQUENCE other.numbers START WITH 5 INCREMENT BY 2;
CREATE TYPE other.mood AS ENUM ('glad', 'sad');
