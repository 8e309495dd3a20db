
=== a view is added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id FROM t WHERE a > 1;
--- changes
create view `v`

=== a view is dropped [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id FROM t WHERE a > 1;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);

=== a view is another [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id FROM t WHERE a > 1;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id, a FROM t WHERE a > 2;
--- changes
replace view `v`

=== a view of a view [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW w AS SELECT id FROM t;
CREATE VIEW a_first AS SELECT id FROM w;

=== a view stands while its table changes [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a SMALLINT, b INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id FROM v;
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a BIGINT NOT NULL, b INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id FROM v;
--- keeps
SELECT id FROM w

=== a column below a view is dropped [sqlite postgres]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;

=== a trigger is added [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 1 WHERE id = new.id; END;
--- changes
add trigger `g` to `t`

=== a trigger is another [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 1 WHERE id = new.id; END;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 2 WHERE id = new.id; END;

=== triggers stand while tables are made anew [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log (what) VALUES (new.a); END;
CREATE INDEX by_what ON log (what);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT NOT NULL);
CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log (what) VALUES (new.a); END;
CREATE INDEX by_what ON log (what);
--- keeps
SELECT * FROM log

=== a trigger is added on MySQL [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.a = 2; END;
--- changes
add trigger `g` to `t`

=== a trigger with quotes is added [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9));
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'it''s \\ "x"';
