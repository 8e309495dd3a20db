
=== a primary key that others refer to is another [postgres]
--- from
CREATE TABLE p (id integer PRIMARY KEY, no integer NOT NULL UNIQUE, boss integer CONSTRAINT bossed REFERENCES p);
CREATE TABLE c (id integer PRIMARY KEY, p integer CONSTRAINT c_to_p REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1, 10, 1), (2, 20, 1);
INSERT INTO c VALUES (1, 2);
--- to
CREATE TABLE p (id integer PRIMARY KEY, no integer NOT NULL UNIQUE, boss integer CONSTRAINT bossed REFERENCES p);
ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE;
ALTER TABLE p ADD PRIMARY KEY (id) INCLUDE (no);
ALTER TABLE p ADD CONSTRAINT bossed FOREIGN KEY (boss) REFERENCES p;
CREATE TABLE c (id integer PRIMARY KEY, p integer CONSTRAINT c_to_p REFERENCES p (id) ON DELETE CASCADE);
--- changes
make (id) the primary key of `p`
--- keeps
SELECT p FROM c

=== a key moves and its references with it [postgres]
--- from
CREATE TABLE p (id integer PRIMARY KEY, no integer NOT NULL);
CREATE TABLE c (id integer PRIMARY KEY, p integer, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (id));
CREATE TABLE gone (p integer REFERENCES p (id));
--- to
CREATE TABLE p (id integer NOT NULL, no integer PRIMARY KEY);
CREATE TABLE c (id integer PRIMARY KEY, p integer, CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p (no));

=== a key that is deferrable [postgres]
--- from
CREATE TABLE p (id integer PRIMARY KEY);
--- to
CREATE TABLE p (id integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);

=== a unique key that others refer to is kept otherwise [postgres]
--- from
CREATE TABLE p (id integer PRIMARY KEY, no integer CONSTRAINT sole UNIQUE);
CREATE TABLE c (p integer CONSTRAINT c_to_p REFERENCES p (no));
--- rows
INSERT INTO p VALUES (1, 10);
INSERT INTO c VALUES (10);
--- to
CREATE TABLE p (id integer PRIMARY KEY, no integer, CONSTRAINT sole UNIQUE (no) INCLUDE (id));
CREATE TABLE c (p integer CONSTRAINT c_to_p REFERENCES p (no));
--- keeps
SELECT p FROM c

=== a new table refers to a new key of an old one [postgres]
--- from
CREATE TABLE z (id integer PRIMARY KEY, no integer);
--- to
CREATE TABLE z (id integer PRIMARY KEY, no integer CONSTRAINT sole UNIQUE);
CREATE TABLE a (id integer PRIMARY KEY, no integer CONSTRAINT a_to_z REFERENCES z (no));

=== a new label is the default [postgres] one-way
--- from
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (id integer PRIMARY KEY, mood mood DEFAULT 'sad');
--- rows
INSERT INTO t VALUES (1, 'sad');
--- to
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (id integer PRIMARY KEY, mood mood DEFAULT 'glad', CHECK (mood <> 'sad' OR id < 5));
CREATE VIEW v AS SELECT id FROM t WHERE mood = 'glad';
--- keeps
SELECT id, mood::text FROM t

=== a label goes that a view and a function know the type of [postgres]
--- from
CREATE TYPE mood AS ENUM ('sad', 'so', 'glad');
CREATE TABLE t (id integer PRIMARY KEY, mood mood);
CREATE VIEW v AS SELECT id, mood FROM t WHERE mood = 'glad';
CREATE FUNCTION is_glad(mood mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = 'glad' $$;
--- rows
INSERT INTO t VALUES (1, 'glad');
--- to
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE t (id integer PRIMARY KEY, mood mood);
CREATE VIEW v AS SELECT id, mood FROM t WHERE mood = 'glad';
CREATE FUNCTION is_glad(mood mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = 'glad' $$;
--- keeps
SELECT id, mood::text, is_glad(mood) FROM v

=== a text becomes a number [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a text, b date);
--- rows
INSERT INTO t VALUES (1, '7', '2024-01-01');
--- to
CREATE TABLE t (id integer PRIMARY KEY, a integer, b timestamptz);
--- keeps
SELECT id FROM t

=== a text that is too long is not cut [postgres] one-way
--- from
CREATE TABLE t (id integer PRIMARY KEY, a varchar(20), b integer[]);
--- rows
INSERT INTO t VALUES (1, 'short', '{1}');
--- to
CREATE TABLE t (id integer PRIMARY KEY, a varchar(10), b bigint[]);
--- keeps
SELECT a FROM t

=== a default and a check by a function of a late name [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE FUNCTION z_next() RETURNS integer LANGUAGE sql AS 'SELECT 5';
CREATE FUNCTION z_is(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT n > 0';
CREATE TABLE t (id integer PRIMARY KEY, n integer DEFAULT z_next() CHECK (z_is(n)));
CREATE TABLE a (id integer PRIMARY KEY DEFAULT z_next(), b integer);
CREATE INDEX by_is ON a (z_is(b));

=== a function reads a view that reads a function [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE VIEW z AS SELECT id FROM t;
CREATE FUNCTION f() RETURNS SETOF z LANGUAGE sql STABLE BEGIN ATOMIC SELECT id FROM z; END;
CREATE VIEW a AS SELECT id FROM f();

=== what reads a table stands while the table changes [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a smallint);
CREATE VIEW z AS SELECT id, a FROM t;
CREATE FUNCTION f() RETURNS SETOF z LANGUAGE sql STABLE BEGIN ATOMIC SELECT id, a FROM z; END;
CREATE VIEW a AS SELECT id, a FROM f();
COMMENT ON VIEW a IS 'the last';
COMMENT ON FUNCTION f() IS 'all';
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a bigint);
CREATE VIEW z AS SELECT id, a FROM t;
CREATE FUNCTION f() RETURNS SETOF z LANGUAGE sql STABLE BEGIN ATOMIC SELECT id, a FROM z; END;
CREATE VIEW a AS SELECT id, a FROM f();
COMMENT ON VIEW a IS 'the last';
COMMENT ON FUNCTION f() IS 'all';
--- keeps
SELECT id FROM a

=== a view that only shares a word with a table stays [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a smallint);
CREATE TABLE other (id integer PRIMARY KEY, t integer);
CREATE MATERIALIZED VIEW v AS SELECT t FROM other;
--- to
CREATE TABLE t (id integer PRIMARY KEY, a bigint);
CREATE TABLE other (id integer PRIMARY KEY, t integer);
CREATE MATERIALIZED VIEW v AS SELECT t FROM other;

=== a function with a body goes with its table [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE FUNCTION f() RETURNS integer LANGUAGE sql STABLE BEGIN ATOMIC SELECT id FROM t; END;
CREATE TABLE z (id integer PRIMARY KEY);
--- to
CREATE TABLE z (id integer PRIMARY KEY);

=== a function that others use is another [postgres]
--- from
CREATE FUNCTION f(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n';
CREATE TABLE t (id integer PRIMARY KEY, a integer DEFAULT f(1), CHECK (f(a) > 0));
CREATE VIEW v AS SELECT f(a) AS a FROM t;
--- to
CREATE FUNCTION f(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n + 1';
CREATE TABLE t (id integer PRIMARY KEY, a integer DEFAULT f(1), CHECK (f(a) > 0));
CREATE VIEW v AS SELECT f(a) AS a FROM t;
--- changes
replace function `f(n integer)`

=== a function that a view uses answers otherwise [postgres]
--- from
CREATE FUNCTION f(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n';
CREATE VIEW v AS SELECT f(1) AS a;
--- to
CREATE FUNCTION f(n integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n';
CREATE VIEW v AS SELECT f(1) AS a;

=== types of several fields and ranges are added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE TYPE z_pair AS (a integer, b text);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE DOMAIN few AS z_pair CHECK ((VALUE).a < 5);
CREATE TABLE t (id integer PRIMARY KEY, pair z_pair, few few[], span span);
--- changes
create type `z_pair`
create type `span`

=== an aggregate and an operator are added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE FUNCTION z_more(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE a_sum(integer) (SFUNC = z_more, STYPE = integer, INITCOND = '0');
CREATE OPERATOR <+> (FUNCTION = z_more, LEFTARG = integer, RIGHTARG = integer);
CREATE VIEW v AS SELECT a_sum(id), max(id <+> 1) AS most FROM t;
--- changes
create aggregate `a_sum(integer)`
create operator `<+>(integer, integer)`

=== rows are guarded [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, who text);
--- to
CREATE TABLE t (id integer PRIMARY KEY, who text);
CREATE TABLE friends (who text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t FOR SELECT USING (who = current_user OR who IN (SELECT who FROM friends));
COMMENT ON POLICY own ON t IS 'one''s own';
--- changes
add policy `row level security` to `t`
add policy `own` to `t`

=== a policy is another [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, who text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (who = current_user);
--- to
CREATE TABLE t (id integer PRIMARY KEY, who text);
ALTER TABLE t FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (who = session_user);

=== a partitioned table is added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
--- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE z_day (id bigint, at date NOT NULL, note text CHECK (note <> ''), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX by_note ON z_day (note);
CREATE TABLE a_day PARTITION OF z_day FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE other PARTITION OF z_day DEFAULT;
--- changes
create table `z_day`
create table `a_day`

=== a partitioned table changes with its partitions [postgres]
--- from
CREATE TABLE day (id integer, at date NOT NULL, note text, old text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW v AS SELECT id, note FROM day_1;
--- rows
INSERT INTO day VALUES (1, '2024-02-01', 'a', 'b');
--- to
CREATE TABLE day (id bigint, at date NOT NULL, note text NOT NULL DEFAULT 'x', new integer CHECK (new > 0), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX by_note ON day (note);
CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW v AS SELECT id, note FROM day_1;
--- answers
day.old=
day_1.old=
--- keeps
SELECT note FROM v

=== a partition takes other rows [postgres]
--- from
CREATE TABLE day (at date) PARTITION BY RANGE (at);
CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
--- rows
INSERT INTO day VALUES ('2024-02-01');
--- to
CREATE TABLE day (at date) PARTITION BY RANGE (at);
CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM ('2023-01-01') TO ('2026-01-01');
--- keeps
SELECT count(*) FROM day

=== an heir changes with its parent [postgres]
--- from
CREATE TABLE person (name text, old integer);
CREATE TABLE player (club text) INHERITS (person);
--- rows
INSERT INTO player VALUES ('a', 1, 'b');
--- to
CREATE TABLE person (name varchar(20), born date DEFAULT now());
CREATE TABLE player (club text, no integer) INHERITS (person);
--- answers
person.old=
player.old=
--- keeps
SELECT club FROM player

=== an heir is added [postgres]
--- from
CREATE TABLE z_person (name text NOT NULL, born date DEFAULT now());
--- to
CREATE TABLE z_person (name text NOT NULL, born date DEFAULT now());
CREATE TABLE a_player (club text) INHERITS (z_person);
ALTER TABLE a_player ALTER COLUMN born SET DEFAULT '2000-01-01';

=== numbers of an identity column [postgres]
--- from
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a integer);
--- to
CREATE TABLE t (id integer GENERATED BY DEFAULT AS IDENTITY (START WITH 50 INCREMENT BY 5 CACHE 2) PRIMARY KEY, a integer);
CREATE TABLE u (id bigint GENERATED ALWAYS AS IDENTITY (INCREMENT BY -1 MINVALUE -100 CYCLE) PRIMARY KEY);
--- changes
change the numbering of `t.id`

=== a sequence counts down [postgres]
--- from
CREATE SEQUENCE numbers;
--- to
CREATE SEQUENCE numbers INCREMENT BY -2;
CREATE SEQUENCE others AS integer INCREMENT BY -1;

=== what is said of a view [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE VIEW v AS SELECT id, a FROM t;
--- to
CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE VIEW v WITH (security_barrier = true) AS SELECT id, a FROM t;
COMMENT ON VIEW v IS 'all';
COMMENT ON COLUMN v.a IS 'a letter';
ALTER VIEW v ALTER COLUMN a SET DEFAULT 'x';
--- changes
replace view `v`

=== what is said of all else [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a text, CONSTRAINT few CHECK (id < 9));
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
CREATE INDEX by_a ON t (a);
CREATE STATISTICS pair ON id, a FROM t;
--- to
CREATE TABLE t (id integer PRIMARY KEY, a text, CONSTRAINT few CHECK (id < 9));
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
CREATE INDEX by_a ON t (a);
CREATE STATISTICS pair ON id, a FROM t;
COMMENT ON CONSTRAINT few ON t IS 'no more';
COMMENT ON CONSTRAINT t_pkey ON t IS 'the key';
COMMENT ON FUNCTION touch() IS 'it''s touched';
COMMENT ON TRIGGER touched ON t IS 'always';
COMMENT ON INDEX by_a IS 'by letter';
COMMENT ON INDEX t_pkey IS 'its index';
COMMENT ON STATISTICS pair IS 'both';
ALTER TABLE t DISABLE TRIGGER touched;

=== how a table keeps its rows [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a text);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a text);
ALTER TABLE t ALTER COLUMN a SET STORAGE EXTERNAL;
ALTER TABLE t ALTER COLUMN a SET STATISTICS 5;
ALTER TABLE t REPLICA IDENTITY FULL;
ALTER TABLE t CLUSTER ON t_pkey;

=== a table becomes a view [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE u (id integer PRIMARY KEY);
--- to
CREATE TABLE u (id integer PRIMARY KEY);
CREATE VIEW t AS SELECT id FROM u;

=== a dictionary is added [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a text);
--- to
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION mine (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION mine ADD MAPPING FOR word WITH plain;
CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE INDEX by_words ON t USING gin (to_tsvector('mine', a));
--- changes
create text search object `plain`

=== a sequence whose number lies before its new bounds goes on within them [postgres]
--- from
CREATE SEQUENCE n;
--- rows
SELECT nextval('n');
--- to
CREATE SEQUENCE n MINVALUE 20 START WITH 50;

=== a sequence keeps its number within its new bounds [postgres]
--- from
CREATE SEQUENCE n;
--- rows
SELECT setval('n', 70);
--- to
CREATE SEQUENCE n MINVALUE 20 MAXVALUE 900 START WITH 50 NO CYCLE;
--- keeps
SELECT last_value FROM n

=== labels change their order while a table and a column of them are renamed [postgres]
--- from
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id INTEGER PRIMARY KEY, m mood DEFAULT 'a', n mood);
--- rows
INSERT INTO t VALUES (1, 'b', 'a');
--- to
CREATE TYPE mood AS ENUM ('b', 'a');
CREATE TABLE u (id INTEGER PRIMARY KEY, m mood DEFAULT 'b', o mood);
--- answers
t=u
u.n=o

=== a sequence goes whose table moves to another schema [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a integer);
CREATE SEQUENCE numbers OWNED BY t.a;
--- to
CREATE SCHEMA other;
CREATE TABLE other.t (id integer PRIMARY KEY, a integer);
--- answers
t=other.t
