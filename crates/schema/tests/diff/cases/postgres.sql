
=== an enumeration is added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE TYPE mood AS ENUM ('sad', 'it''s');
CREATE TABLE t (id integer PRIMARY KEY, mood mood DEFAULT 'sad');
--- changes
create type `mood`
add column `t.mood`

=== a label is added [postgres] one-way
--- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (id integer PRIMARY KEY, mood mood);
--- rows
INSERT INTO t VALUES (1, 'glad');
--- to
CREATE TYPE mood AS ENUM ('worse', 'sad', 'so', 'glad', 'best');
CREATE TABLE t (id integer PRIMARY KEY, mood mood);
--- changes
change the labels of type `mood`
--- keeps
SELECT id, mood::text FROM t

=== a label is taken away [postgres]
--- from
CREATE TYPE mood AS ENUM ('sad', 'so', 'glad');
CREATE TABLE t (id integer PRIMARY KEY, mood mood DEFAULT 'glad');
--- rows
INSERT INTO t VALUES (1, 'glad');
--- to
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE t (id integer PRIMARY KEY, mood mood DEFAULT 'glad');
--- keeps
SELECT id, mood::text FROM t

=== a domain is added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE DOMAIN mail AS text NOT NULL DEFAULT 'a@b' CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
CREATE TABLE t (id integer PRIMARY KEY, mail mail);

=== a domain changes [postgres]
--- from
CREATE DOMAIN amount AS integer CONSTRAINT plus CHECK (VALUE > 0);
CREATE TABLE t (id integer PRIMARY KEY, amount amount);
--- rows
INSERT INTO t VALUES (1, 5);
--- to
CREATE DOMAIN amount AS integer DEFAULT 1 CONSTRAINT more CHECK (VALUE > 1);
CREATE TABLE t (id integer PRIMARY KEY, amount amount);
--- changes
change domain `amount`

=== a sequence is added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE SEQUENCE numbers AS integer INCREMENT BY 5 MINVALUE 10 START WITH 15 CACHE 2 CYCLE;
--- changes
create sequence `numbers`

=== a serial key is added [postgres]
--- from
CREATE TABLE z (id integer PRIMARY KEY);
--- to
CREATE TABLE z (id integer PRIMARY KEY);
CREATE TABLE t (id serial PRIMARY KEY, big bigserial);

=== a function and a trigger are added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, at timestamptz);
--- to
CREATE TABLE t (id integer PRIMARY KEY, at timestamptz);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at = now(); RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
--- changes
create function `touch()`
add trigger `touched` to `t`

=== a function is another [postgres]
--- from
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2';
--- to
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n + n';
--- changes
replace function `twice(n integer)`

=== an exclusion is added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, during tstzrange);
--- to
CREATE TABLE t (id integer PRIMARY KEY, during tstzrange, CONSTRAINT apart EXCLUDE USING gist (during WITH &&));
--- changes
add constraint `apart` to `t`

=== a unique constraint waits [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a integer, CONSTRAINT sole UNIQUE (a));
--- to
CREATE TABLE t (id integer PRIMARY KEY, a integer, CONSTRAINT sole UNIQUE (a) DEFERRABLE INITIALLY DEFERRED);

=== NULLs are one value [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a integer);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a integer, CONSTRAINT sole UNIQUE NULLS NOT DISTINCT (a));

=== a table is unlogged [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE UNLOGGED TABLE t (id integer PRIMARY KEY) WITH (fillfactor = 70);

=== a collation [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, name text);
--- to
CREATE TABLE t (id integer PRIMARY KEY, name text COLLATE "C");

=== a materialized view with an index [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a integer);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a integer);
CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t;
CREATE UNIQUE INDEX m_by_id ON m (id);
--- changes
create materialized view `m`

=== a check that is not yet held [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a integer);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a integer);
ALTER TABLE t ADD CONSTRAINT grown CHECK (a > 0) NOT VALID;

=== a rule is added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE RULE quiet AS ON DELETE TO t DO INSTEAD NOTHING;

=== statistics are added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer);
CREATE STATISTICS both_of_t (dependencies) ON a, b FROM t;

=== a set of match full [postgres]
--- from
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE c (id integer PRIMARY KEY, a integer, b integer);
--- to
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE c (id integer PRIMARY KEY, a integer, b integer, CONSTRAINT c_to_p FOREIGN KEY (a, b) REFERENCES p MATCH FULL ON DELETE SET NULL DEFERRABLE);

=== labels are added in front and behind [postgres] one-way
--- from
CREATE TYPE mood AS ENUM ('so');
CREATE TABLE t (id integer PRIMARY KEY, mood mood);
--- to
CREATE TYPE mood AS ENUM ('worst', 'worse', 'so', 'good', 'better');
CREATE TABLE t (id integer PRIMARY KEY, mood mood);

=== an enumeration without labels gets some [postgres] one-way
--- from
CREATE TYPE mood AS ENUM ();
--- to
CREATE TYPE mood AS ENUM ('so', 'good');

=== a sequence counts otherwise [postgres]
--- from
CREATE SEQUENCE numbers AS integer INCREMENT BY 5 MINVALUE 10 START WITH 15 CACHE 2 CYCLE;
--- to
CREATE SEQUENCE numbers;

=== a sequence goes with a column [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE SEQUENCE numbers;
--- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE SEQUENCE numbers OWNED BY t.id;

=== comments beside tables [postgres]
--- from
CREATE TYPE mood AS ENUM ('so');
CREATE DOMAIN amount AS integer;
CREATE SEQUENCE numbers;
--- to
CREATE TYPE mood AS ENUM ('so');
CREATE DOMAIN amount AS integer;
CREATE SEQUENCE numbers;
COMMENT ON TYPE mood IS 'how it is';
COMMENT ON DOMAIN amount IS 'it''s more';
COMMENT ON SEQUENCE numbers IS 'one by one';

=== a generated column with indexes is another [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 2) STORED, CONSTRAINT sole UNIQUE (b));
CREATE INDEX by_b ON t (b, a);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 3) STORED, CONSTRAINT sole UNIQUE (b));
CREATE INDEX by_b ON t (b, a);
