-- Nearly everything that a schema of PostgreSQL may hold, out of order of names: what is needed comes late
-- in the alphabet, what needs it early.
CREATE SCHEMA zoo;
CREATE SCHEMA "empty one";
COMMENT ON SCHEMA zoo IS 'where animals ''live''';
CREATE EXTENSION pgcrypto WITH SCHEMA zoo;
CREATE EXTENSION btree_gist;

CREATE COLLATION zoo.german (provider = icu, locale = 'de-x-icu');
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

CREATE TYPE zoo.mood AS ENUM ('sad', 'so ''so''', 'happy');
COMMENT ON TYPE zoo.mood IS 'of the day';
CREATE FUNCTION zoo.is_word(word text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN word ~ '^\w+$';
CREATE DOMAIN word AS text COLLATE "C" DEFAULT 'none' CONSTRAINT is_word CHECK (zoo.is_word(VALUE));
COMMENT ON CONSTRAINT is_word ON DOMAIN word IS 'letters alone';
ALTER DOMAIN word ADD CONSTRAINT short CHECK (length(VALUE) < 9) NOT VALID;
CREATE TYPE pair AS (first word, "the second" integer, mood zoo.mood);
COMMENT ON COLUMN pair.first IS 'the one';
CREATE FUNCTION zoo.apart(a double precision, b double precision) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN b - a;
CREATE TYPE span AS RANGE (subtype = double precision, subtype_diff = zoo.apart, multirange_type_name = spans);

CREATE FUNCTION keep_last(state integer, next integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT coalesce(next, state)';
CREATE AGGREGATE a_last(integer) (SFUNC = keep_last, STYPE = integer, INITCOND = '0', PARALLEL = SAFE);
COMMENT ON AGGREGATE a_last(integer) IS 'the last one';
CREATE FUNCTION pair_is_less(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1."the second" < $2."the second"';
CREATE OPERATOR <<< (FUNCTION = pair_is_less, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = >>>);
CREATE FUNCTION pair_is_more(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1."the second" > $2."the second"';
CREATE OPERATOR >>> (FUNCTION = pair_is_more, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = <<<);
CREATE FUNCTION to_pair(integer) RETURNS pair LANGUAGE sql IMMUTABLE AS 'SELECT ROW(''a'', $1, ''sad'')::pair';
CREATE CAST (integer AS pair) WITH FUNCTION to_pair(integer) AS ASSIGNMENT;
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple, accept = false);
CREATE TEXT SEARCH CONFIGURATION mine (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION mine ADD MAPPING FOR asciiword, word WITH plain, english_stem;
ALTER TEXT SEARCH CONFIGURATION mine ADD MAPPING FOR email WITH simple;

CREATE SEQUENCE down AS smallint INCREMENT BY -1;
CREATE SEQUENCE odd AS integer INCREMENT BY 2 MINVALUE -5 MAXVALUE 99 START WITH 7 CACHE 3 CYCLE;
COMMENT ON SEQUENCE odd IS 'one, three';

CREATE TABLE zoo.keeper (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 10 CACHE 5),
    name text COLLATE zoo.german NOT NULL,
    number smallint DEFAULT nextval('down'),
    boss bigint,
    CONSTRAINT the_key PRIMARY KEY (id) INCLUDE (name) WITH (fillfactor = 80),
    CONSTRAINT by_name UNIQUE (name, boss) DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON CONSTRAINT the_key ON zoo.keeper IS 'the one key';
CREATE TABLE animal (
    id serial PRIMARY KEY,
    mood zoo.mood DEFAULT 'happy' NOT NULL,
    name word,
    about pair,
    tags text[],
    text text,
    weight numeric(8, 2) CONSTRAINT heavy CHECK (weight > 0),
    during tstzrange,
    twice numeric GENERATED ALWAYS AS (weight * 2) STORED,
    keeper bigint CONSTRAINT kept REFERENCES zoo.keeper ON UPDATE CASCADE ON DELETE SET NULL,
    room integer,
    CONSTRAINT apart EXCLUDE USING gist (room WITH =, during WITH &&)
) WITH (fillfactor = 70, toast.autovacuum_enabled = false);
ALTER TABLE zoo.keeper ADD COLUMN pet integer;
ALTER TABLE zoo.keeper ADD CONSTRAINT loves FOREIGN KEY (pet) REFERENCES animal (id) DEFERRABLE;
ALTER TABLE zoo.keeper ADD CONSTRAINT bossed FOREIGN KEY (boss) REFERENCES zoo.keeper NOT VALID;
ALTER TABLE animal ADD CONSTRAINT tagged CHECK (array_length(tags, 1) > 0) NOT VALID;
COMMENT ON TABLE animal IS 'who lives here';
COMMENT ON COLUMN animal.name IS 'as "called"';
COMMENT ON CONSTRAINT heavy ON animal IS 'air has none';
COMMENT ON CONSTRAINT kept ON animal IS 'by whom';
CREATE UNIQUE INDEX by_mood ON animal (lower(text) COLLATE "C" text_pattern_ops DESC NULLS LAST, mood) INCLUDE (room) WITH (fillfactor = 50) WHERE weight > 1;
CREATE INDEX by_text ON animal USING gin (to_tsvector('mine', text));
COMMENT ON INDEX by_text IS 'for words';
CREATE INDEX by_room ON animal USING brin (room);
ALTER TABLE animal CLUSTER ON animal_pkey;
ALTER TABLE animal ALTER COLUMN text SET STORAGE EXTERNAL;
ALTER TABLE animal ALTER COLUMN tags SET COMPRESSION pglz;
ALTER TABLE animal ALTER COLUMN room SET STATISTICS 500;
ALTER TABLE animal ALTER COLUMN room SET (n_distinct = 5);
CREATE STATISTICS zoo.rooms (ndistinct, dependencies) ON room, keeper FROM animal;
COMMENT ON STATISTICS zoo.rooms IS 'who is where';
CREATE UNLOGGED TABLE zoo.visit (at timestamptz DEFAULT now(), who uuid DEFAULT zoo.gen_random_uuid() NOT NULL UNIQUE);
ALTER TABLE zoo.visit REPLICA IDENTITY USING INDEX visit_who_key;

CREATE TABLE person (name text NOT NULL, born date DEFAULT '2000-01-01', CONSTRAINT lives CHECK (born > '1900-01-01'));
CREATE TABLE being (soul integer);
CREATE TABLE actor (role text, CONSTRAINT plays CHECK (role <> '')) INHERITS (person, being);
ALTER TABLE actor ALTER COLUMN born SET DEFAULT '1980-01-01';
CREATE TABLE of_pair OF pair (first NOT NULL, "the second" DEFAULT 5, PRIMARY KEY (first));
CREATE TABLE day (id bigint NOT NULL, at date NOT NULL DEFAULT now(), note text CHECK (note <> ''), animal integer REFERENCES animal, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX day_by_note ON day (note);
CREATE TABLE day_2024 PARTITION OF day FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY HASH (id);
CREATE TABLE day_2024_a PARTITION OF day_2024 FOR VALUES WITH (modulus 1, remainder 0);
CREATE TABLE day_other PARTITION OF day (note DEFAULT 'x', CONSTRAINT low CHECK (id < 1000)) DEFAULT;
CREATE INDEX day_other_id ON day_other (id DESC);

CREATE VIEW z_base WITH (security_barrier = true) AS SELECT id, text AS said, mood, about FROM animal;
CREATE VIEW a_view AS SELECT id, said FROM z_base WHERE id > 1 WITH LOCAL CHECK OPTION;
COMMENT ON VIEW a_view IS 'the first';
COMMENT ON COLUMN a_view.said IS 'what it said';
ALTER VIEW a_view ALTER COLUMN said SET DEFAULT 'nothing';
CREATE MATERIALIZED VIEW a_count WITH (fillfactor = 60) AS SELECT mood, count(*) AS many, a_last(id) FROM z_base GROUP BY mood;
COMMENT ON MATERIALIZED VIEW a_count IS 'how many';
CREATE UNIQUE INDEX a_count_by_mood ON a_count (mood);
CREATE FUNCTION all_said() RETURNS SETOF a_view LANGUAGE sql STABLE BEGIN ATOMIC SELECT * FROM a_view; END;
COMMENT ON FUNCTION all_said() IS 'every word';
CREATE VIEW a_word AS SELECT said FROM all_said();
CREATE FUNCTION a_number() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM a_word';
CREATE TABLE a_default (n bigint DEFAULT a_number() CHECK (n >= a_number()), p pair, v z_base);
CREATE FUNCTION "Odd Name"("A" integer DEFAULT 1, VARIADIC "B" text[] DEFAULT '{}') RETURNS TABLE (x integer) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT "A"; END $$;
CREATE PROCEDURE tidy(INOUT n integer) LANGUAGE plpgsql AS $$ BEGIN n := n + 1; END $$;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE OF text ON animal FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text) EXECUTE FUNCTION touch('x');
COMMENT ON TRIGGER touched ON animal IS 'at each word';
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON animal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE animal DISABLE TRIGGER late;
CREATE TRIGGER daily AFTER INSERT ON day FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER on_view INSTEAD OF INSERT ON a_view FOR EACH ROW EXECUTE FUNCTION touch();
CREATE RULE quiet AS ON DELETE TO being DO INSTEAD INSERT INTO person (name) VALUES ('gone');
ALTER TABLE being DISABLE RULE quiet;
COMMENT ON RULE quiet ON being IS 'nobody dies';
ALTER TABLE animal ENABLE ROW LEVEL SECURITY;
ALTER TABLE zoo.keeper ENABLE ROW LEVEL SECURITY;
ALTER TABLE zoo.keeper FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON animal AS RESTRICTIVE FOR UPDATE TO CURRENT_USER, pg_read_all_data USING (keeper IN (SELECT id FROM zoo.keeper)) WITH CHECK (weight > 2);
CREATE POLICY every ON zoo.keeper;
COMMENT ON POLICY own ON animal IS 'one''s own';

CREATE FOREIGN DATA WRAPPER wrapper OPTIONS (debug 'true');
CREATE SERVER far TYPE 'kind' VERSION '1' FOREIGN DATA WRAPPER wrapper OPTIONS (host 'nowhere');
COMMENT ON SERVER far IS 'away';
CREATE FOREIGN TABLE star (x integer OPTIONS (name 'X') NOT NULL, y text) SERVER far OPTIONS (table_name 'stars');
COMMENT ON FOREIGN TABLE star IS 'at night';
CREATE PUBLICATION news FOR TABLE animal, zoo.keeper, TABLES IN SCHEMA zoo WITH (publish = 'insert, delete', publish_via_partition_root = true);
CREATE PUBLICATION names FOR TABLE person (name) WHERE (name <> 'x' AND born IS NOT NULL) WITH (publish = 'insert');
CREATE PUBLICATION nothing;
CREATE PUBLICATION all_of_it FOR ALL TABLES;
CREATE FUNCTION hear() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER heard ON ddl_command_start WHEN TAG IN ('DROP TABLE', 'DROP VIEW') EXECUTE FUNCTION hear();
ALTER EVENT TRIGGER heard DISABLE;
COMMENT ON EVENT TRIGGER heard IS 'hush';
