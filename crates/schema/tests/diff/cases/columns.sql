
=== nothing to do [all] same
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'x');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'x');

=== a nullable column is added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), note VARCHAR(30));
--- changes
add column `t.note`
--- keeps
SELECT id, name FROM t ORDER BY id

=== a column with a default is added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1), (2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL DEFAULT 7);
--- changes
add column `t.amount`
--- keeps
SELECT id FROM t ORDER BY id

=== a column with a moment as default is added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, moment TIMESTAMP DEFAULT CURRENT_TIMESTAMP);

=== several columns are added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(9) DEFAULT 'it''s', c DATE);
--- changes
add column `t.a`
add column `t.b`
add column `t.c`

=== a column is added in the middle [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, note VARCHAR(30), name VARCHAR(20));
--- keeps
SELECT id, name FROM t

=== a column is dropped [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), note VARCHAR(30));
--- rows
INSERT INTO t VALUES (1, 'a', 'b');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- changes
drop column `t.note`
--- keeps
SELECT id, name FROM t

=== a column in the middle is dropped [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, note INTEGER, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 5, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- keeps
SELECT id, name FROM t

=== a column with an index is dropped [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
CREATE INDEX by_b ON t (b);
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
--- keeps
SELECT id, a FROM t

=== a column may be NULL [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL);
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- changes
change whether NULL is allowed of `t.name`
--- keeps
SELECT id, name FROM t

=== a column may no longer be NULL [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL);
--- keeps
SELECT id, name FROM t

=== a default is given [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER DEFAULT 5);
--- changes
change the default of `t.amount`
--- keeps
SELECT id, amount FROM t

=== a default is another [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) DEFAULT 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) DEFAULT 'it''s');

=== a default is taken away [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER DEFAULT 5);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER);

=== a type is wider [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, amount SMALLINT);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, amount BIGINT);
--- changes
change the type of `t.amount`
--- keeps
SELECT id, CAST(amount AS DECIMAL(9)) FROM t

=== a length is wider [sqlite postgres mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(200));
--- keeps
SELECT id, name FROM t

=== a number becomes a text [all] one-way
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, code INTEGER NOT NULL DEFAULT 3);
--- rows
INSERT INTO t (id, code) VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, code VARCHAR(20) NOT NULL DEFAULT 'none');
--- keeps
SELECT id, CAST(code AS CHAR(1)) FROM t

=== digits of a decimal change [sqlite postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, price DECIMAL(8, 2));
--- rows
INSERT INTO t VALUES (1, 2.25);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, price DECIMAL(12, 4));

=== type default and NULL change at once [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, amount SMALLINT DEFAULT 1);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, amount BIGINT NOT NULL DEFAULT 2);

=== a rename is asked about [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, mail VARCHAR(20));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(20));
--- fails
was the column `t.mail` renamed to `email`?

=== a column is renamed [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, mail VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(20));
--- answers
t.mail=email
--- changes
rename column `t.mail` to `email`
--- keeps
SELECT * FROM t

=== a column is dropped and one like it added [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, mail VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(20));
--- answers
t.mail=
--- changes
drop column `t.mail`
add column `t.email`

=== a renamed column changes as well [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, amount SMALLINT);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, total BIGINT NOT NULL DEFAULT 0);
--- answers
t.amount=total
--- keeps
SELECT id FROM t

=== an indexed column is renamed [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, mail VARCHAR(20));
CREATE INDEX by_mail ON t (mail);
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(20));
CREATE INDEX by_mail ON t (email);
--- answers
t.mail=email

=== odd names are quoted [all]
--- from
CREATE TABLE odd_t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO odd_t VALUES (1);
--- to
CREATE TABLE odd_t (id INTEGER PRIMARY KEY, größe INTEGER, x_order INTEGER DEFAULT 1);

=== a stored generated column is added [sqlite postgres mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER, twice INTEGER GENERATED ALWAYS AS (amount * 2) STORED);
--- keeps
SELECT id, amount FROM t

=== a virtual generated column is added [sqlite mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER, twice INTEGER GENERATED ALWAYS AS (amount * 2) VIRTUAL);

=== the expression of a generated column changes [sqlite postgres mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER, more INTEGER GENERATED ALWAYS AS (amount * 2) STORED);
--- rows
INSERT INTO t (id, amount) VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER, more INTEGER GENERATED ALWAYS AS (amount * 3) STORED);
--- keeps
SELECT id, amount FROM t

=== an identity is given [postgres]
--- from
CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY);
--- to
CREATE TABLE t (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
--- changes
change the numbering of `t.id`

=== an identity is held to [postgres]
--- from
CREATE TABLE t (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
--- to
CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY);

=== numbering is given [mariadb mysql]
--- from
CREATE TABLE t (id BIGINT PRIMARY KEY, v INTEGER);
--- rows
INSERT INTO t VALUES (5, 6);
--- to
CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, v INTEGER);
--- keeps
SELECT * FROM t

=== numbers are never used again [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER);
--- rows
INSERT INTO t VALUES (5, 6);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v INTEGER);
--- keeps
SELECT * FROM t

=== the counter goes on [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v INTEGER);
--- rows
INSERT INTO t VALUES (50, 6); DELETE FROM t;
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
--- keeps
SELECT name, seq FROM sqlite_sequence

=== a collation changes [sqlite]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE);
--- changes
change the collation of `t.name`
--- keeps
SELECT * FROM t

=== a comment changes [postgres mariadb mysql duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9), extra INTEGER);
--- changes
add column `t.extra`

=== comments are given [postgres duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9));
COMMENT ON TABLE t IS 'it''s';
COMMENT ON COLUMN t.name IS 'who';
--- changes
change the comment of `t`
change the comment of `t.name`

=== comments are given in the declaration [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9));
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9) COMMENT 'who') COMMENT = 'it''s';
--- changes
change the comment of `t`
change the comment of `t.name`

=== a value of an enumeration is added [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, mood ENUM('a', 'b'));
--- rows
INSERT INTO t VALUES (1, 'b');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, mood ENUM('a', 'it''s', 'b'));
--- keeps
SELECT * FROM t

=== a column becomes unsigned [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT UNSIGNED);

=== arrays and documents [postgres]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, tags text);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, tags text, names text[] NOT NULL DEFAULT '{}', doc jsonb DEFAULT '{"a": 1}');

=== lists and structures [duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, tags VARCHAR[], place STRUCT(x INTEGER, y VARCHAR));

=== a value on update [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, at DATETIME(6) NULL);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, at DATETIME(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6));
--- changes
change the default, the value on update of `t.at`
