CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, born DATE);
CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  author INTEGER NOT NULL REFERENCES person (id),
  title TEXT NOT NULL,
  body TEXT
);
CREATE VIEW author AS SELECT p.id, p.name, count(*) AS posts FROM person p JOIN post ON post.author = p.id GROUP BY p.id;
