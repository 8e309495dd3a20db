//! The server of a run, and its tables.

use bench_work::{ITEM_ROWS, LARGE_ROWS};
use hypostyle_testkit::server::{Brand, MySql, MySqlOptions};

const DATABASE: &str = "bench";

/// Nothing of the server's own may fall into some rounds and not into others.
const SETTINGS: [(&str, &str); 7] = [
    ("max_connections", "300"),
    ("innodb_buffer_pool_size", "512M"),
    ("innodb_log_file_size", "1G"),
    ("innodb_flush_log_at_trx_commit", "0"),
    ("innodb_max_dirty_pages_pct", "99"),
    ("innodb_stats_auto_recalc", "OFF"),
    ("local_infile", "ON"),
];

const COLUMNS: &str = "(id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(64) NOT NULL, \
     score double NOT NULL, active boolean NOT NULL, ts datetime(6) NOT NULL)";

/// Starts a server on the CPUs of this process, which ends with the answer, and fills its tables.
pub(crate) fn start() -> MySql {
    let brand = Brand::MariaDb;
    let options = MySqlOptions { brand, settings: &SETTINGS, ..MySqlOptions::default() };
    let server = MySql::start(options).expect("MariaDB starts");
    server.create_database(DATABASE).expect("the database can be made");
    for (table, rows) in [("item", ITEM_ROWS), ("large", LARGE_ROWS), ("target", 0)] {
        let fill = format!(
            "CREATE TABLE {table} {COLUMNS}; INSERT INTO {table} \
             SELECT seq, concat('customer name ', lpad(seq, 8, '0')), seq * 1.25e0 + 0.1e0, \
             seq % 3 = 0, timestamp '2023-11-14 22:13:20' + INTERVAL seq SECOND \
             + INTERVAL seq % 1000000 MICROSECOND FROM seq_1_to_{rows} WHERE seq BETWEEN 1 AND {rows}"
        );
        server.query(DATABASE, &fill).expect("a table can be filled");
        server.query(DATABASE, &format!("ANALYZE TABLE {table}")).expect("a table can be analyzed");
    }
    server
}

/// The URL that every library opens: on the Unix socket.
pub(crate) fn location(server: &MySql) -> String {
    server.socket_url(DATABASE).replacen("mariadb:", "mysql:", 1)
}
