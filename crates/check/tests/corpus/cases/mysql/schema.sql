CREATE TABLE `person` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(100) NOT NULL,
  `born` date DEFAULT NULL,
  `updated_at` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (`id`),
  UNIQUE KEY `person_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE post (id INT PRIMARY KEY, author BIGINT UNSIGNED NOT NULL, title VARCHAR(200), FULLTEXT KEY (title), FOREIGN KEY (author) REFERENCES person (id)) ENGINE=InnoDB;
ALTER TABLE post CHANGE COLUMN title heading VARCHAR(200) NOT NULL;
CREATE VIEW author AS SELECT p.id, p.name FROM person p JOIN post ON post.author = p.id;
