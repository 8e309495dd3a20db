
=== another character set of a table is refused [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20)) DEFAULT CHARSET = latin1;
--- fails
the engine has no words for taking COLLATE away

=== another collation of a column [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) COLLATE utf8mb4_bin);
--- changes
change the collation of `t.name`
--- keeps
SELECT * FROM t

=== another character set of a column [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) CHARACTER SET latin1);
--- keeps
SELECT * FROM t

=== another engine [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20)) ENGINE = MyISAM;
--- keeps
SELECT * FROM t

=== another row format [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20)) ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 8;
--- keeps
SELECT * FROM t

=== a set gets a value [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, flags SET('a', 'b'));
--- rows
INSERT INTO t VALUES (1, 'a,b');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, flags SET('a', 'b', 'it''s') NOT NULL DEFAULT 'a');
--- keeps
SELECT * FROM t

=== values of an enumeration in another order [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, mood ENUM('a', 'b', 'c') DEFAULT 'b');
--- rows
INSERT INTO t VALUES (1, 'c');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, mood ENUM('c', 'b') DEFAULT 'b');
--- keeps
SELECT * FROM t

=== an invisible column [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER INVISIBLE, b INTEGER DEFAULT 4 INVISIBLE);
--- keeps
SELECT id, a FROM t

=== an invisible index [mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, KEY by_a (a));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, KEY by_a (a) INVISIBLE);

=== an ignored index [mariadb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, KEY by_a (a));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, KEY by_a (a) IGNORED);

=== an index with a comment [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, KEY by_a (a));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, KEY by_a (a) COMMENT 'it''s');

=== an index of places [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, place POINT NOT NULL);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, place POINT NOT NULL, SPATIAL KEY by_place (place));

=== a prefix is longer [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT, KEY by_start (body(10)));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT, KEY by_start (body(20)));

=== a unique prefix [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT);
--- rows
INSERT INTO t VALUES (1, 'x');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT, UNIQUE KEY sole (body(20)));
--- keeps
SELECT * FROM t

=== full text over several columns [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, title VARCHAR(100), body TEXT, FULLTEXT KEY words (body));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, title VARCHAR(100), body TEXT, FULLTEXT KEY words (title, body));

=== numbers without a sign [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER UNSIGNED NOT NULL DEFAULT 1, b DECIMAL(8, 2));
--- rows
INSERT INTO t VALUES (1, 2, 3.5);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a BIGINT NOT NULL DEFAULT 1, b DECIMAL(8, 2) UNSIGNED);
--- keeps
SELECT * FROM t

=== texts and bytes of all lengths [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a TINYTEXT, b BLOB, c CHAR(4), d VARBINARY(8));
--- rows
INSERT INTO t VALUES (1, 'a', 'b', 'c', 'd');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a LONGTEXT, b MEDIUMBLOB, c CHAR(8) NOT NULL, d VARBINARY(16));
--- keeps
SELECT * FROM t

=== moments with fractions [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a DATETIME, b TIME, c YEAR);
--- rows
INSERT INTO t VALUES (1, '2024-01-02 03:04:05', '01:02:03', 2024);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), b TIME(6), c YEAR DEFAULT 2000);
--- keeps
SELECT id, c FROM t

=== a value on update is taken away [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);

=== numbering is taken away [mariadb mysql]
--- from
CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, v INTEGER);
--- rows
INSERT INTO t VALUES (5, 6);
--- to
CREATE TABLE t (id BIGINT PRIMARY KEY, v INTEGER);
--- keeps
SELECT * FROM t

=== a numbered key becomes another column [mariadb mysql]
--- from
CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, v BIGINT NOT NULL);
--- rows
INSERT INTO t VALUES (5, 6);
--- to
CREATE TABLE t (id BIGINT NOT NULL, v BIGINT AUTO_INCREMENT PRIMARY KEY);
--- keeps
SELECT * FROM t

=== a check that is not held [mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT grown CHECK (a > 0));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT grown CHECK (a > 0) NOT ENFORCED);

=== a function and a procedure are added [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;
CREATE PROCEDURE fill(IN many INT) BEGIN DECLARE at INT DEFAULT 0; WHILE at < many DO INSERT INTO t VALUES (at); SET at = at + 1; END WHILE; END;

=== a function is another on MySQL [mariadb mysql]
--- from
CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;
--- to
CREATE FUNCTION twice(n BIGINT) RETURNS BIGINT NO SQL RETURN n + n;

=== a view with a check option [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE SQL SECURITY INVOKER VIEW v AS SELECT id, a FROM t WHERE a > 1 WITH LOCAL CHECK OPTION;

=== a trigger is another on MySQL [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = 2;

=== a column that was computed on reading keeps what it answered [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL, c INTEGER, KEY by_b (b, a));
--- rows
INSERT INTO t (id, a, c) VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c INTEGER, KEY by_b (b, a));
--- keeps
SELECT id, a, b, c FROM t

=== a computed column is stored and another no more [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL, c INTEGER GENERATED ALWAYS AS (a * 3) STORED, KEY by_b (b), CONSTRAINT small CHECK (c < 1000));
--- rows
INSERT INTO t (id, a) VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, n INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED, c INTEGER GENERATED ALWAYS AS (a * 3) VIRTUAL, KEY by_b (b), CONSTRAINT small CHECK (c < 1000));
--- keeps
SELECT id, a, b, c FROM t

=== letters beyond ASCII stand in a check and in what is computed [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, größe INTEGER);
--- rows
INSERT INTO t VALUES (1, 7);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, größe INTEGER, mehr INTEGER GENERATED ALWAYS AS (größe + 1) STORED, wo VARCHAR(20) DEFAULT (concat('日本', 'ß')), CONSTRAINT grün CHECK (größe > -5 AND wo <> 'ü'));
--- keeps
SELECT id, größe FROM t

=== numbering is given to a key that others refer to [mariadb mysql]
--- from
CREATE TABLE p (id BIGINT PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p BIGINT, q BIGINT, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (2, 1, 3);
--- to
CREATE TABLE p (id BIGINT AUTO_INCREMENT PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p BIGINT, q BIGINT, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE);
--- keeps
SELECT c.id, p.id FROM c JOIN p ON p.id = c.p

=== both columns of a reference take another type [mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (2, 1);
--- to
CREATE TABLE p (id BIGINT PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p BIGINT, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));
--- keeps
SELECT c.id, p.id FROM c JOIN p ON p.id = c.p

=== both columns of a reference without a name take another type [mariadb mysql]
--- from
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (2, 1);
--- to
CREATE TABLE p (id BIGINT PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p BIGINT, FOREIGN KEY (p) REFERENCES p (id));
--- keeps
SELECT c.id, p.id FROM c JOIN p ON p.id = c.p

=== a trigger fires before one that stays [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER second BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a * 2;
CREATE TRIGGER other AFTER INSERT ON t FOR EACH ROW SET @b = 1;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER first BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a + 1;
CREATE TRIGGER second BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a * 2;
CREATE TRIGGER other AFTER INSERT ON t FOR EACH ROW SET @b = 1;

=== triggers fire the other way round [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a + 1;
CREATE TRIGGER two BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a * 2;
CREATE TRIGGER six BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a * 6;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TRIGGER six BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a * 6;
CREATE TRIGGER two BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a * 2;
CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW SET NEW.a = NEW.a + 1;

=== a column that others are computed by is called otherwise [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL, c INTEGER GENERATED ALWAYS AS (a * 3) STORED, d INTEGER GENERATED ALWAYS AS (a * 4) VIRTUAL, KEY by_b (b), CONSTRAINT small CHECK (c < 1000));
--- rows
INSERT INTO t (id, a) VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, z INTEGER, b INTEGER GENERATED ALWAYS AS (z * 2) VIRTUAL, y INTEGER GENERATED ALWAYS AS (z * 3) STORED, d INTEGER, KEY by_b (b), CONSTRAINT small CHECK (y < 1000));
--- answers
t.a=z
t.c=y
--- keeps
SELECT id, b, d FROM t

=== a sequence moves on to bounds that it stands before [mariadb]
--- from
CREATE TABLE t (id INT PRIMARY KEY);
CREATE SEQUENCE numbers INCREMENT BY 3;
--- to
CREATE TABLE t (id INT PRIMARY KEY);
CREATE SEQUENCE numbers INCREMENT BY 3 MINVALUE 20 MAXVALUE 950;
