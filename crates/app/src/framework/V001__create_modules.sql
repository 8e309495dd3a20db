-- The modules that were ever initialised, and where their databases are.
CREATE TABLE modules (
  name TEXT NOT NULL PRIMARY KEY,
  database_name TEXT NOT NULL,
  location TEXT NOT NULL,
  registered_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
