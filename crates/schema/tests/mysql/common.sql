-- What both brands may hold; the tables are out of order of what they refer to. Routines and triggers begin as this
-- library writes them, so that their texts can be compared.
SET foreign_key_checks = 0;
CREATE TABLE animal (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    mood enum('sad', 'so ''so''', 'a,b') COLLATE utf8mb4_bin NOT NULL DEFAULT 'so ''so''' COMMENT 'of the "day"',
    flags set('a', 'b') DEFAULT 'a,b',
    name varchar(40) CHARACTER SET latin1 NOT NULL DEFAULT 'it''s \\ ; -- so',
    tiny tinyint unsigned DEFAULT 3,
    filled int(6) unsigned zerofill DEFAULT 000042,
    weight decimal(8, 2) DEFAULT -1.50,
    speed double DEFAULT 1.5e10,
    bits bit(5) DEFAULT b'101',
    raw varbinary(9) DEFAULT 0x4142,
    body mediumtext,
    doc json,
    at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    born datetime NULL ON UPDATE CURRENT_TIMESTAMP,
    day date DEFAULT '2000-01-01',
    made_in year DEFAULT 1999,
    twice decimal(9, 2) GENERATED ALWAYS AS (weight * 2) STORED COMMENT 'kept',
    loud varchar(99) GENERATED ALWAYS AS (concat(name, ' \\ ''!')) VIRTUAL,
    place point NOT NULL,
    room int,
    `odd ``name` int DEFAULT (1 + 2),
    keeper bigint unsigned,
    aside int INVISIBLE,
    PRIMARY KEY (id),
    UNIQUE KEY by_name (name, mood) COMMENT 'it''s',
    KEY by_body (body(20), room),
    FULLTEXT KEY by_words (body),
    SPATIAL KEY by_place (place),
    CONSTRAINT heavy CHECK (weight > -9 AND mood <> 'it''s \\ )'),
    CONSTRAINT kept FOREIGN KEY (keeper) REFERENCES keeper (id) ON UPDATE CASCADE ON DELETE SET NULL
) AUTO_INCREMENT = 1000 COMMENT = 'who ''lives'' here' ROW_FORMAT = DYNAMIC;
CREATE TABLE keeper (
    id bigint unsigned NOT NULL PRIMARY KEY,
    name char(9) CHARACTER SET ascii COLLATE ascii_bin,
    boss bigint unsigned,
    pet bigint unsigned,
    CONSTRAINT bossed FOREIGN KEY (boss) REFERENCES keeper (id) ON DELETE CASCADE,
    CONSTRAINT loves FOREIGN KEY (pet) REFERENCES animal (id) ON UPDATE NO ACTION ON DELETE RESTRICT
) CHARACTER SET latin1 COLLATE latin1_german1_ci;
CREATE TABLE short (a text, b varbinary(99), c int, PRIMARY KEY (b(5), c), KEY (a(7)))
    ENGINE = InnoDB STATS_PERSISTENT = 1 KEY_BLOCK_SIZE = 8 ROW_FORMAT = COMPRESSED;
CREATE TABLE other (a int NOT NULL, KEY (a)) ENGINE = MyISAM PACK_KEYS = 1 DELAY_KEY_WRITE = 1;
CREATE TABLE fast (a int, b int, PRIMARY KEY USING BTREE (a), UNIQUE KEY by_b (b)) ENGINE = MEMORY MAX_ROWS = 99;
CREATE TABLE day (id int NOT NULL, at date NOT NULL, note varchar(9), PRIMARY KEY (id, at)) COMMENT = 'in parts'
    PARTITION BY RANGE COLUMNS (at) SUBPARTITION BY HASH (id) SUBPARTITIONS 2
    (PARTITION p0 VALUES LESS THAN ('2024-01-01') COMMENT = 'old', PARTITION rest VALUES LESS THAN (MAXVALUE));
CREATE TABLE listed (a int) PARTITION BY LIST (a) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 VALUES IN (NULL));
CREATE TABLE hashed (a int) PARTITION BY KEY (a) PARTITIONS 3;
CREATE VIEW z_base AS SELECT id, name AS said, mood FROM animal;
CREATE VIEW a_view (first, `the second`) AS SELECT id, concat(said, 'it''s \\') FROM z_base WHERE id > 1;
CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW checked AS SELECT id, name, place FROM animal WHERE id > 1 WITH LOCAL CHECK OPTION;
CREATE ALGORITHM = TEMPTABLE VIEW counted AS SELECT mood, count(*) AS many FROM z_base GROUP BY mood;
CREATE FUNCTION `a_number`(`least` double, `word` varchar(9) CHARSET latin1 COLLATE latin1_swedish_ci) RETURNS decimal(9, 2)
    READS SQL DATA COMMENT 'it''s' BEGIN DECLARE said int DEFAULT 1; RETURN said + least; END;
CREATE VIEW a_word AS SELECT a_number(1, 'x') AS n;
CREATE PROCEDURE `tidy`(IN `a` decimal(5,2), OUT `b` text, INOUT `c` enum('a','b')) MODIFIES SQL DATA SQL SECURITY INVOKER
    BEGIN INSERT INTO other VALUES (a); SET b = 'it''s "so" \\ ;'; CALL more(); END;
CREATE PROCEDURE `more`() SELECT 1;
CREATE TRIGGER `touched` BEFORE UPDATE ON `animal` FOR EACH ROW BEGIN SET NEW.name = concat(NEW.name, 'it''s \\ ;'); SET NEW.room = 1; END;
CREATE TRIGGER `again` BEFORE UPDATE ON `animal` FOR EACH ROW SET NEW.room = 2;
CREATE TRIGGER `early` BEFORE UPDATE ON `animal` FOR EACH ROW PRECEDES touched SET NEW.room = 3;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' ENDS '2031-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE
    COMMENT 'it''s' DO BEGIN DELETE FROM other; UPDATE animal SET name = 'it''s \\ ;'; END;
CREATE EVENT once ON SCHEDULE AT '2035-01-01 00:00:00' DO DELETE FROM other;
