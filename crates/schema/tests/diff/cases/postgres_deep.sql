
=== a table with a serial key is renamed [postgres]
--- from
CREATE TABLE person (id serial PRIMARY KEY, name text);
--- rows
INSERT INTO person (name) VALUES ('a'), ('b');
--- to
CREATE TABLE people (id serial PRIMARY KEY, name text);
--- answers
person=people
--- changes
rename sequence `person_id_seq` to `people_id_seq`
--- keeps
SELECT last_value FROM pg_sequences WHERE sequencename LIKE 'pe%_id_seq' AND schemaname = current_schema()

=== a serial column is renamed [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, no serial);
--- rows
INSERT INTO t (id) VALUES (1), (2);
--- to
CREATE TABLE t (id integer PRIMARY KEY, number serial);
--- answers
t.no=number
--- keeps
SELECT last_value FROM pg_sequences WHERE sequencename LIKE 't_n%' AND schemaname = current_schema()

=== a table with an identity is renamed [postgres]
--- from
CREATE TABLE person (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
--- rows
INSERT INTO person (name) VALUES ('a'), ('b');
--- to
CREATE TABLE people (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
--- answers
person=people

=== a column that a policy, a rule and a trigger read is another [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, who varchar(10), no smallint);
CREATE TABLE log (who text);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE OF who ON t FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY own ON t USING (who = current_user);
CREATE RULE logged AS ON UPDATE TO t DO ALSO INSERT INTO log VALUES (OLD.who);
--- rows
INSERT INTO t VALUES (1, 'a', 2);
--- to
CREATE TABLE t (id integer PRIMARY KEY, who text, no integer);
CREATE TABLE log (who text);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE OF who ON t FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY own ON t USING (who = current_user);
CREATE RULE logged AS ON UPDATE TO t DO ALSO INSERT INTO log VALUES (OLD.who);
--- keeps
SELECT who FROM t

=== a column that a generated one is made of is another [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a smallint, b bigint GENERATED ALWAYS AS (a * 2) STORED);
CREATE INDEX by_b ON t (b);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a integer, b bigint GENERATED ALWAYS AS (a * 2) STORED);
CREATE INDEX by_b ON t (b);
--- keeps
SELECT b FROM t

=== a column below indexes, checks and references is another [postgres]
--- from
CREATE TABLE p (id integer PRIMARY KEY, no smallint UNIQUE, CHECK (no > 0));
CREATE TABLE c (id integer PRIMARY KEY, p integer REFERENCES p (id), no smallint REFERENCES p (no));
CREATE INDEX few ON p ((no + 1)) WHERE no < 9;
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (1, 1, 2);
--- to
CREATE TABLE p (id bigint PRIMARY KEY, no bigint UNIQUE, CHECK (no > 0));
CREATE TABLE c (id integer PRIMARY KEY, p bigint REFERENCES p (id), no bigint REFERENCES p (no));
CREATE INDEX few ON p ((no + 1)) WHERE no < 9;
--- keeps
SELECT p, no FROM c

=== a type of several fields gets one more [postgres]
--- from
CREATE TYPE pair AS (a integer, b text);
CREATE TABLE t (id integer PRIMARY KEY, pair pair);
--- to
CREATE TYPE pair AS (a integer, b text, c date);
CREATE TABLE t (id integer PRIMARY KEY, pair pair);
--- changes
replace type `pair`

=== a check and a reference hold at last [postgres]
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer);
ALTER TABLE c ADD CONSTRAINT few CHECK (p < 9) NOT VALID;
ALTER TABLE c ADD CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p NOT VALID;
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer, CONSTRAINT few CHECK (p < 9), CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p);

=== a domain below others is another [postgres]
--- from
CREATE DOMAIN z_small AS integer CHECK (VALUE > 0);
CREATE DOMAIN a_small AS z_small CHECK (VALUE < 9);
CREATE TABLE t (id integer PRIMARY KEY, a a_small);
--- to
CREATE DOMAIN z_small AS integer CHECK (VALUE > 1);
CREATE DOMAIN a_small AS z_small CHECK (VALUE < 8);
CREATE TABLE t (id integer PRIMARY KEY, a a_small);

=== an exclusion goes with its column [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, during tstzrange, CONSTRAINT apart EXCLUDE USING gist (during WITH &&));
COMMENT ON CONSTRAINT apart ON t IS 'never both';
--- to
CREATE TABLE t (id integer PRIMARY KEY);

=== a view that is commented on becomes a materialized one [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE VIEW v AS SELECT id FROM t;
COMMENT ON VIEW v IS 'quick';
CREATE VIEW w AS SELECT id FROM v;
--- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE MATERIALIZED VIEW v AS SELECT id FROM t;
COMMENT ON MATERIALIZED VIEW v IS 'slow';
CREATE UNIQUE INDEX by_id ON v (id);
CREATE VIEW w AS SELECT id FROM v;

=== a function becomes a procedure of the same name [postgres]
--- from
CREATE FUNCTION tidy(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 3';
--- to
CREATE PROCEDURE tidy(n integer) LANGUAGE plpgsql AS $$ BEGIN n := n + 3; END $$;
COMMENT ON PROCEDURE tidy(integer) IS 'so';
