-- Nearly everything that a schema of SQLite may hold. Tables and indexes stand as this library writes them, so that
-- their texts can be compared, too; all else is carried as it is.
CREATE TABLE "keeper" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT COLLATE "NOCASE" NOT NULL,
  "boss" INTEGER,
  UNIQUE ("name", "boss"),
  CONSTRAINT "bossed" FOREIGN KEY ("boss") REFERENCES "keeper" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE "animal" (
  "id" INTEGER NOT NULL,
  "mood" VARCHAR(9) NOT NULL DEFAULT ('it''s ; "so" so'),
  "weight" NUMERIC(8, 2) DEFAULT (-1.5e3),
  "at" TIMESTAMP DEFAULT (CURRENT_TIMESTAMP),
  "drawn" BLOB DEFAULT (x'00ff'),
  "twice" NUMERIC GENERATED ALWAYS AS ("weight" * 2) STORED,
  "loud" TEXT GENERATED ALWAYS AS (upper("mood") || ')') VIRTUAL,
  "keeper" INTEGER,
  "room" INTEGER DEFAULT (abs(-1) + 2),
  "untyped",
  "odd ""name" TEXT,
  PRIMARY KEY ("id"),
  CONSTRAINT "kept" FOREIGN KEY ("keeper") REFERENCES "keeper" ("id") ON UPDATE CASCADE ON DELETE SET NULL,
  FOREIGN KEY ("room", "mood") REFERENCES "room" ("number", "mood") ON UPDATE RESTRICT ON DELETE SET DEFAULT,
  CONSTRAINT "heavy" CHECK ("weight" > 0 AND "mood" NOT IN ('a', ')')),
  CHECK (length("mood") < 9)
);
CREATE TABLE "room" (
  "number" INTEGER NOT NULL,
  "mood" TEXT NOT NULL,
  "size" ANY,
  PRIMARY KEY ("number", "mood")
) STRICT, WITHOUT ROWID;
CREATE TABLE "select" (
  "group" TEXT,
  PRIMARY KEY ("group")
);
CREATE UNIQUE INDEX "by_mood" ON "animal" (lower("mood") COLLATE "NOCASE" DESC, "weight") WHERE "weight" > 1 AND "mood" <> ')';
CREATE INDEX "by_room" ON "animal" ("room" DESC, "mood" COLLATE "RTRIM");
CREATE INDEX "by ""odd"" name" ON "animal" ("odd ""name");
CREATE VIRTUAL TABLE words USING fts5(body, title UNINDEXED, tokenize = 'porter');
CREATE VIRTUAL TABLE places USING rtree(id, min_x, max_x, +about TEXT);
CREATE VIEW a_view (first, "the second") AS
  SELECT id, said FROM z_base WHERE id > 1; -- reads one that comes late
CREATE VIEW z_base AS SELECT id, mood AS said /* aloud */ FROM animal;
CREATE TEMP VIEW passing AS SELECT 1;
CREATE TRIGGER touched AFTER UPDATE OF mood ON animal FOR EACH ROW WHEN NEW.mood IS NOT OLD.mood
BEGIN
  UPDATE animal SET at = CURRENT_TIMESTAMP WHERE id = NEW.id;
  INSERT INTO words (body) VALUES ('it''s; END');
END;
CREATE TRIGGER on_view INSTEAD OF INSERT ON a_view BEGIN SELECT CASE WHEN 1 THEN raise(ABORT, 'no') END; END;
