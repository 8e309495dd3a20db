-- What only MariaDB holds.
CREATE SEQUENCE odd START WITH 7 MINVALUE -5 MAXVALUE 99 INCREMENT BY 2 CACHE 3 CYCLE;
CREATE SEQUENCE plain;
CREATE SEQUENCE down INCREMENT BY -1 NOCACHE;
CREATE TABLE numbered (id bigint NOT NULL DEFAULT nextval(odd) PRIMARY KEY, a int, ip inet6, u uuid DEFAULT uuid(),
    late varchar(9) DEFAULT concat('it''s', ' \\'), KEY by_a (a DESC) IGNORED) ENGINE = Aria PAGE_CHECKSUM = 1 TRANSACTIONAL = 1;
CREATE TABLE packed (a int) PAGE_COMPRESSED = 1;
CREATE TABLE long_key (a text UNIQUE, b int);
