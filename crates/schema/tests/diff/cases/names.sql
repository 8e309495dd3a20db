
=== a column is called by a reserved word [sqlite postgres duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, "order" INTEGER, "group" VARCHAR(9) DEFAULT 'x', "select" INTEGER);
CREATE INDEX "table" ON t ("order");
--- keeps
SELECT id FROM t

=== a column is called by a reserved word on MySQL [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, `order` INTEGER, `group` VARCHAR(9) DEFAULT 'x', KEY `table` (`order`));

=== a table is called by a reserved word [sqlite postgres duckdb]
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE "user" (id INTEGER PRIMARY KEY, "check" INTEGER, CONSTRAINT "unique" UNIQUE ("check"));
CREATE TABLE "order" (id INTEGER PRIMARY KEY, "user" INTEGER, CONSTRAINT "references" FOREIGN KEY ("user") REFERENCES "user" (id));
CREATE INDEX "index" ON "order" ("user");

=== a table is called by a reserved word on MySQL [mariadb mysql]
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE `table` (id INTEGER PRIMARY KEY, `check` INTEGER, CONSTRAINT `unique` UNIQUE (`check`));
CREATE TABLE `order` (id INTEGER PRIMARY KEY, `table` INTEGER, CONSTRAINT `references` FOREIGN KEY (`table`) REFERENCES `table` (id));

=== names with quotes and blanks [sqlite postgres duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, "a ""b"" c" INTEGER, "it's" INTEGER CONSTRAINT "how so?" CHECK ("it's" > 0));
CREATE INDEX "by ""it""" ON t ("a ""b"" c", "it's");
--- keeps
SELECT id FROM t

=== names with quotes and blanks on MySQL [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, `a ``b`` "c"` INTEGER, `it's` INTEGER, KEY `by ``it``` (`it's`), CONSTRAINT `how so?` CHECK (`it's` > 0));

=== names in capitals [sqlite postgres duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE TABLE "Person" ("Id" INTEGER PRIMARY KEY, "firstName" VARCHAR(20) NOT NULL DEFAULT 'X');
CREATE UNIQUE INDEX "ByName" ON "Person" ("firstName");

=== names in capitals on MySQL [mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE TABLE Person (Id INTEGER PRIMARY KEY, firstName VARCHAR(20) NOT NULL DEFAULT 'X', UNIQUE KEY ByName (firstName));

=== names that differ in case alone [postgres]
--- from
CREATE TABLE t (id integer PRIMARY KEY, a integer);
--- rows
INSERT INTO t VALUES (1, 2);
--- to
CREATE TABLE t (id integer PRIMARY KEY, a integer, "A" integer);
CREATE TABLE "T" (id integer PRIMARY KEY);
--- keeps
SELECT id, a FROM t

=== a column is written otherwise [sqlite duckdb mariadb mysql]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY, mail VARCHAR(20));
--- rows
INSERT INTO t VALUES (1, 'a');
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, Mail VARCHAR(20));
--- changes
rename column `t.mail` to `Mail`
--- keeps
SELECT id, mail FROM t

=== names beyond ASCII [all]
--- from
CREATE TABLE größe (id INTEGER PRIMARY KEY, länge INTEGER);
--- rows
INSERT INTO größe VALUES (1, 2);
--- to
CREATE TABLE größe (id INTEGER PRIMARY KEY, länge BIGINT NOT NULL, 高さ INTEGER);
CREATE INDEX nach_länge ON größe (länge);
CREATE TABLE 表 (id INTEGER PRIMARY KEY, größe INTEGER, CONSTRAINT zu_größe FOREIGN KEY (größe) REFERENCES größe (id));
--- keeps
SELECT id FROM größe

=== names as long as they may be [all]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE TABLE a_table_whose_name_is_as_long_as_names_may_be_at_all_here_60chr (id INTEGER PRIMARY KEY, a_column_whose_name_is_as_long_as_names_may_be_at_all_here_60ch INTEGER);
CREATE INDEX an_index_whose_name_is_as_long_as_names_may_be_at_all_here_60ch ON a_table_whose_name_is_as_long_as_names_may_be_at_all_here_60chr (a_column_whose_name_is_as_long_as_names_may_be_at_all_here_60ch);

=== constraints without names on tables with long names [sqlite postgres]
--- from
CREATE TABLE z (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE z (id INTEGER PRIMARY KEY);
CREATE TABLE a_table_whose_name_is_as_long_as_names_may_be_at_all_here_60chr (id INTEGER PRIMARY KEY, a_column_whose_name_is_as_long_as_names_may_be_at_all_here_60ch INTEGER UNIQUE REFERENCES z (id));

=== names with points [sqlite postgres duckdb]
--- from
CREATE TABLE "a.b" (id INTEGER PRIMARY KEY);
--- rows
INSERT INTO "a.b" VALUES (1);
--- to
CREATE TABLE "a.b" (id INTEGER PRIMARY KEY, "c.d" INTEGER);
CREATE INDEX "e.f" ON "a.b" ("c.d");
--- keeps
SELECT id FROM "a.b"

=== a reference to a name with a point [sqlite postgres]
--- from
CREATE TABLE "a.b" (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER);
--- to
CREATE TABLE "a.b" (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT c_to_ab FOREIGN KEY (p) REFERENCES "a.b" (id));

=== names that are numbers [sqlite postgres duckdb]
--- from
CREATE TABLE t (id INTEGER PRIMARY KEY);
--- to
CREATE TABLE t (id INTEGER PRIMARY KEY, "2024" INTEGER, "1" INTEGER DEFAULT 1);
