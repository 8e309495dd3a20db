-- Nearly everything that a schema of DuckDB may hold; what is needed comes late in the alphabet. Constraints stand in
-- the order in which this library writes them.
CREATE SCHEMA zoo;
CREATE SCHEMA "empty one";
CREATE SEQUENCE odd INCREMENT BY 2 MINVALUE -5 MAXVALUE 99 START WITH 7 CYCLE;
CREATE SEQUENCE zoo.plain;
CREATE SEQUENCE down INCREMENT BY -1;
COMMENT ON SEQUENCE odd IS 'one, it''s three';
CREATE TYPE mood AS ENUM ('sad', 'so ''so''', 'a,b');
CREATE TYPE zoo.pair AS STRUCT(x INTEGER, "the y" VARCHAR);
CREATE TYPE amount AS DECIMAL(9, 2);
COMMENT ON TYPE mood IS 'of the day';
CREATE TABLE zoo.keeper (id BIGINT DEFAULT nextval('zoo.plain'), name VARCHAR COLLATE NOCASE NOT NULL, boss BIGINT,
    PRIMARY KEY (id), UNIQUE (name, boss), FOREIGN KEY (boss) REFERENCES zoo.keeper (id));
CREATE TABLE person (id INTEGER DEFAULT nextval('odd'), PRIMARY KEY (id));
CREATE TABLE animal (
    id INTEGER NOT NULL DEFAULT nextval('odd'),
    mood mood DEFAULT 'so ''so''',
    own ENUM('x', 'y') DEFAULT 'x',
    name VARCHAR DEFAULT 'it''s ; "so"',
    price amount DEFAULT -1.50,
    place STRUCT(x INTEGER, y VARCHAR[]),
    pair zoo.pair,
    tags VARCHAR[] DEFAULT ['a', 'b'],
    fixed INTEGER[3],
    map MAP(VARCHAR, INTEGER),
    either UNION(n INTEGER, s VARCHAR),
    "at" TIMESTAMP WITH TIME ZONE DEFAULT now(),
    u UUID DEFAULT uuid(),
    big HUGEINT DEFAULT 170141183460469231731687303715884105727,
    raw BLOB DEFAULT '\x00\xFF'::BLOB,
    doubled INTEGER GENERATED ALWAYS AS (id * (2 + 1)) VIRTUAL,
    loud VARCHAR GENERATED ALWAYS AS (upper(name || ')')),
    "odd ""name" INTEGER,
    person INTEGER,
    PRIMARY KEY (id, mood),
    FOREIGN KEY (person) REFERENCES person (id),
    CHECK (price > -9 AND name <> ')')
);
COMMENT ON TABLE animal IS 'who lives ''here''';
COMMENT ON COLUMN animal.name IS 'as "called"';
CREATE UNIQUE INDEX by_name ON animal (lower(name), "odd ""name");
CREATE INDEX by_person ON animal (person);
CREATE INDEX by_boss ON zoo.keeper (boss);
COMMENT ON INDEX by_person IS 'whose';
CREATE VIEW z_base AS SELECT id, name AS said FROM animal;
CREATE VIEW a_view (first, "the second") AS SELECT id, said FROM z_base WHERE said <> 'it''s;';
CREATE VIEW zoo.kept AS SELECT * FROM zoo.keeper;
COMMENT ON VIEW a_view IS 'the first';
