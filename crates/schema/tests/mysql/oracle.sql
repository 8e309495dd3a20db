-- What only MySQL holds.
CREATE TABLE computed (a int, name varchar(20), doc json, late varchar(9) DEFAULT (concat('it''s', ' \\')),
    PRIMARY KEY (a DESC), KEY by_lower ((lower(name)), a DESC), KEY hidden (a) INVISIBLE, KEY many ((CAST(doc->'$.a' AS unsigned array))),
    CONSTRAINT noted CHECK (a > 0) NOT ENFORCED);
CREATE TABLE world (at point NOT NULL SRID 4326, SPATIAL KEY (at), v vector(3));
