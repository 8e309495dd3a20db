CREATE EXTENSION IF NOT EXISTS citext;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SCHEMA sales;
CREATE TABLE person (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  email citext UNIQUE,
  tags text[] NOT NULL DEFAULT '{}',
  extra jsonb,
  feeling mood,
  CONSTRAINT person_name_check CHECK (length(name) > 0)
);
CREATE TABLE sales.orders (id bigint PRIMARY KEY, person_id bigint NOT NULL REFERENCES person (id), total numeric(12, 2), placed_at timestamptz DEFAULT now());
ALTER TABLE sales.orders ADD COLUMN note text, DROP COLUMN IF EXISTS legacy;
ALTER TABLE sales.orders RENAME COLUMN note TO remark;
CREATE INDEX orders_person ON sales.orders (person_id);
CREATE VIEW big AS SELECT o.id, o.total, p.name AS buyer FROM sales.orders o JOIN person p ON p.id = o.person_id;
CREATE MATERIALIZED VIEW per_person AS SELECT person_id, sum(total) AS total FROM sales.orders GROUP BY person_id;
CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
