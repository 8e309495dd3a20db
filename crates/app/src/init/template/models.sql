-- database: {{name}}
--
-- The tables of this module, as they are to be. Tables and indexes that are missing are made when
-- the application starts; a change of one that is there needs a migration (see migrations/).

CREATE TABLE projects (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
  due DATE,
  done_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX tasks_by_project ON tasks (project_id, done_at);

CREATE VIEW project_progress AS
SELECT projects.name AS project,
  count(tasks.id) FILTER (WHERE done_at IS NULL) AS open,
  count(tasks.done_at) AS done
FROM projects
LEFT JOIN tasks ON tasks.project_id = projects.id
GROUP BY projects.id;
