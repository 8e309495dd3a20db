//! What is wrong is told with its place, all at once.

use std::ffi::OsString;

use hypostyle_app::settings::{Settings, Sources};

use crate::place::Said;

/// Checks every problem, a line each.
#[track_caller]
fn check(said: Said<'_>, expect: &[&str]) {
    match said.load() {
        Ok(_) => panic!("nothing is wrong, but {expect:?} was expected"),
        Err(problems) => {
            assert_eq!(problems.to_string().lines().collect::<Vec<_>>(), expect);
            assert_eq!(problems.len(), expect.len());
        }
    }
}

#[track_caller]
fn check_toml(toml: &str, expect: &[&str]) {
    check(Said::toml(toml), expect);
}

#[test]
fn everything_wrong_with_a_file_is_told_at_once() {
    check_toml(
        "pool_size = 0\n\
         [server]\n    listen = \"x\"\n    lisen = 1\n\
         [environments.production]\nslow_after = 'soon'\ncolour = 1\n\
         [databases.shop]\nurl = 'shop.db'\n",
        &[
            "hypostyle.toml:1:13: pool_size takes a whole number from 1 to 10000, not 0",
            "hypostyle.toml:3:14: server.listen takes an address such as 127.0.0.1:8080, not \"x\"",
            "hypostyle.toml:4: unknown key `server.lisen`; did you mean `server.listen`?",
            "hypostyle.toml:6:14: environments.production.slow_after takes a time from 0s to 1day, \
             such as 30s, 500ms or 1h, or a number of seconds, not 'soon'",
            "hypostyle.toml:7: unknown key `environments.production.colour`",
            "hypostyle.toml:9:7: databases.shop.url takes a URL such as sqlite:data/database/ or \
             postgres://user:password@host/name, or nothing at all, not what is written there",
        ],
    );
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    let unknown = |toml: &str, end: &str| {
        check_toml(toml, &[&format!("hypostyle.toml:1: unknown key {end}")]);
    };
    unknown("databse_url = 1", "`databse_url`; did you mean `database_url`?");
    unknown("listen = 1", "`listen`; did you mean `server.listen`?");
    unknown("servr.listen = 1", "`servr`; did you mean `server`?");
    unknown("zzz = 1", "`zzz`");
    unknown("sqlite.journalmode = 1", "`sqlite.journalmode`; did you mean `sqlite.journal_mode`?");
    unknown("databases.shop.uri = 1", "`databases.shop.uri`; did you mean `databases.shop.url`?");
    unknown(
        "environments.testing.listen = 1",
        "`environments.testing.listen`; did you mean `environments.testing.server.listen`?",
    );
    unknown("environments.testing.environments.x = 1", "`environments.testing.environments`");
}

#[test]
fn a_value_of_another_kind_is_refused() {
    let refused = |toml: &str, end: &str| check_toml(toml, &[&format!("hypostyle.toml:1:{end}")]);
    refused("name = 1", "8: name takes a text of at most 200 characters, or nothing at all, not 1");
    refused("pool_size = '5'", "13: pool_size takes a whole number from 1 to 10000, not '5'");
    refused(
        "pool_size = 99999999999999999999",
        "13: pool_size takes a whole number from 1 to 10000, not 99999999999999999999",
    );
    refused("max_retries = -1", "15: max_retries takes a whole number from 0 to 100, not -1");
    refused(
        "connection_timeout = 0",
        "22: connection_timeout takes a time from 1ms to 1day, such as 30s, 500ms or 1h, or a number of seconds, not 0",
    );
    refused(
        "slow_after = nan",
        "14: slow_after takes a time from 0s to 1day, such as 30s, 500ms or 1h, or a number of seconds, not nan",
    );
    refused(
        "server.body_bytes_max = '1.5MiB'",
        "25: server.body_bytes_max takes a size from 1B to 1GiB, such as 1MiB or 32MB, or a number of bytes, not '1.5MiB'",
    );
    let takes = "a size from 1B to 1GiB, such as 1MiB or 32MB, or a number of bytes";
    for size in ["0", "'2GiB'", "-1"] {
        let toml = format!("server.body_bytes_max = {size}");
        refused(&toml, &format!("25: server.body_bytes_max takes {takes}, not {size}"));
    }
    let takes = "a time from 1ms to 1day, such as 30s, 500ms or 1h, or a number of seconds";
    for time in ["'25h'", "'30 lightyears'", "true", "1e400"] {
        let toml = format!("server.request_timeout = {time}");
        refused(&toml, &format!("26: server.request_timeout takes {takes}, not {time}"));
    }
    refused("server.sql_editor = 1", "21: server.sql_editor takes true or false, not 1");
    refused(
        "sqlite.journal_mode = 'wall'",
        "23: sqlite.journal_mode takes WAL, DELETE, TRUNCATE, PERSIST or MEMORY, not 'wall'",
    );
    refused(
        "server.allowed_hosts = ['a.example:80']",
        "24: server.allowed_hosts takes a list of host names without a port, such as [\"db.example.com\"], not ['a.example:80']",
    );
    refused(
        "server.allowed_origins = ['a.example']",
        "26: server.allowed_origins takes a list of origins, such as [\"https://app.example.com\"], not ['a.example']",
    );
    refused(
        "databases.x.writable = [1]",
        "24: databases.x.writable takes a list of tables, such as [\"orders\"], or [\"*\"] for all, not [1]",
    );
    let title = format!("server.title = '{}'", "é".repeat(201));
    let shown = format!("'{}…", "é".repeat(59));
    let takes = "a text of at most 200 characters, or nothing at all";
    refused(&title, &format!("16: server.title takes {takes}, not {shown}"));
}

#[test]
fn a_section_that_is_none_is_refused() {
    let refused = |toml: &str, end: &str| check_toml(toml, &[&format!("hypostyle.toml:1:{end}")]);
    refused("server = 5", "10: server is a section: write [server], then its settings");
    refused("databases = []", "13: databases is a section: write [databases], then its settings");
    refused(
        "databases.shop = 'x'",
        "18: databases.shop is a section: write [databases.shop], then its settings",
    );
    refused(
        "environments.testing = 1",
        "24: environments.testing is a section: write [environments.testing], then its settings",
    );
    refused("panels = {}", "10: panels takes entries that begin with [[panels]]");
    refused("panels = [1]", "11: panels is a section: write [[panels]], then its settings");
    refused(
        "databases.'my shop'.url = ''",
        "11: `my shop` in databases must be a name of letters, digits, _ and -, a letter first, at most 63 characters",
    );
}

#[test]
fn syntax_is_told_with_line_and_column() {
    check_toml(
        "name = 'x'\n[server\nlisten = 'é' x\n",
        &[
            "hypostyle.toml:2:8: this is not TOML: unclosed table, expected `]`",
            "hypostyle.toml:3:14: this is not TOML: unexpected key or value, expected newline, `#`",
        ],
    );
    check_toml("name = 'x'\nname = 'y'", &["hypostyle.toml:2:1: this is not TOML: duplicate key"]);
}

#[test]
fn an_environment_that_nobody_defined_is_refused() {
    let known = "Take development, load-test, production, staging or testing, or add a section";
    let toml = "[environments.load-test]\npool_size = 1\n";
    let said = Said { variables: &[("ENVIRONMENT", "prod")], ..Said::toml(toml) };
    let expect = format!(
        "ENVIRONMENT: there is no environment `prod`; did you mean `production`? {known} [environments.prod]"
    );
    check(said, &[&expect]);
    let said = Said { flags: &[("environment", "moon", "--environment")], ..Said::toml(toml) };
    let expect =
        format!("--environment: there is no environment `moon`. {known} [environments.moon]");
    check(said, &[&expect]);
    let takes = "a name of letters, digits, _ and -, a letter first, at most 63 characters";
    check(
        Said::dot_env("ENVIRONMENT='a b'"),
        &[&format!(".env:1: environment takes {takes}, not \"a b\"")],
    );
}

#[test]
fn what_cannot_differ_between_environments_is_refused() {
    let end = "cannot differ between environments: set it above the first section";
    check_toml(
        "[environments.testing]\nenvironment = 'staging'\nname = 'x'\n",
        &[
            &format!("hypostyle.toml:2:1: `environment` {end}"),
            &format!("hypostyle.toml:3:1: `name` {end}"),
        ],
    );
}

#[test]
fn unknown_variables_of_ours_are_refused() {
    check(
        Said {
            dot_env: "OTHER=1\nHYPOSTYLE_SERVER_LISEN=1\n",
            variables: &[
                ("OTHERS", "1"),
                ("HYPOSTYLE_DUCKDB_LIBRARY", "1"),
                ("HYPOSTYLE_SERVER_API_KEY", "k3y"),
                ("HYPOSTYLE_PANELS_X_SQL", "1"),
                ("HYPOSTYLE_COLOUR", "1"),
                ("HYPOSTYLE_PAGE_SIZE_MAX", "1"),
            ],
            ..Said::default()
        },
        &[
            ".env:2: unknown variable `HYPOSTYLE_SERVER_LISEN` in .env; did you mean `HYPOSTYLE_SERVER_LISTEN`?",
            "HYPOSTYLE_COLOUR: unknown variable; `hypostyle config` lists those there are",
            "HYPOSTYLE_PAGE_SIZE_MAX: unknown variable; did you mean `HYPOSTYLE_SERVER_PAGE_SIZE_MAX`?",
            "HYPOSTYLE_PANELS_X_SQL: unknown variable; panels are set in hypostyle.toml",
            "HYPOSTYLE_SERVER_API_KEY: unknown variable; did you mean `HYPOSTYLE_API_KEY`?",
        ],
    );
}

#[test]
fn values_of_variables_and_flags_are_refused_by_name() {
    check(
        Said {
            variables: &[
                ("DATABASE_POOL_SIZE", "many"),
                ("HYPOSTYLE_DATABASES_A_B_URL", "sqlite:x"),
            ],
            flags: &[
                ("server.listen", "80", "--listen"),
                ("server.port", "80", "--port"),
                ("databases.a b.url", "x", "--x"),
            ],
            ..Said::toml("[databases.a-b]\n[databases.a_b]\n")
        },
        &[
            "DATABASE_POOL_SIZE: pool_size takes a whole number from 1 to 10000, not \"many\"",
            "HYPOSTYLE_DATABASES_A_B_URL: it could be databases.a-b.url or databases.a_b.url: set them in hypostyle.toml",
            "--listen: server.listen takes an address such as 127.0.0.1:8080, not \"80\"",
            "--port: unknown key `server.port`",
            "--x: unknown key `databases.a b.url`",
        ],
    );
}

#[test]
fn lines_of_dot_env_that_say_nothing_are_told() {
    let message = "this is not NAME=value; put a value with spaces, quotes or # in single quotes";
    check(
        Said::dot_env("A=1\n\n# x\nnot a line\nB='x\nC=2\n"),
        &[&format!(".env:4: {message}"), &format!(".env:5: {message}")],
    );
}

#[test]
fn panels_need_what_they_show() {
    let whole = "title = 'A'\ndatabase = 'shop'\nchart = 'bar'\nsql = 'SELECT 1'\n";
    check_toml(
        &format!(
            "[[panels]]\n{whole}[[panels]]\n{whole}[[panels]]\ntitle = 'B'\nchart = 'pie'\nsql = ' '\n"
        ),
        &[
            "hypostyle.toml:11: this panel has no `database`: add database = \"shop\"",
            "hypostyle.toml:13:9: panels.chart takes number, line, bar or table, not 'pie'",
            "hypostyle.toml:14:7: panels.sql takes a text of at most 100000 characters, not ' '",
            "hypostyle.toml:6: a second panel is called `a`, as that of line 1: give one of them an `id` of its own",
        ],
    );
    let many = format!("[[panels]]\n{whole}").repeat(101);
    check_toml(&many, &["hypostyle.toml:1:1: panels has more than 100 entries"]);
}

#[test]
fn limits_that_contradict_one_another_are_refused() {
    let said = Said {
        toml: "[server]\npage_size_max = 10\n",
        variables: &[("HYPOSTYLE_SERVER_PAGE_SIZE_DEFAULT", "20")],
        ..Said::default()
    };
    check(
        said,
        &[
            "HYPOSTYLE_SERVER_PAGE_SIZE_DEFAULT: server.page_size_default is 20, more than server.page_size_max, which is 10 by hypostyle.toml:2",
        ],
    );
}

#[test]
fn files_that_are_no_text_are_refused() {
    let large = "# ".repeat(600_000);
    check_toml(&large, &["hypostyle.toml: it is larger than 1 MiB, the most that is read"]);
    let folder = Said::default().folder();
    std::fs::write(folder.path().join(".env"), b"A=1\nB=\xff\n").unwrap();
    std::fs::create_dir(folder.path().join("hypostyle.toml")).unwrap();
    let problems = Said::default().load_in(&folder).unwrap_err().to_string();
    let lines: Vec<&str> = problems.lines().collect();
    assert!(lines[0].starts_with("hypostyle.toml: it cannot be read: "), "{problems}");
    assert_eq!(lines[1], ".env: line 2 is not UTF-8: save the file as UTF-8");
}

#[test]
fn a_folder_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let problems = Settings::load(Sources::new(&nowhere)).unwrap_err();
    assert_eq!(problems.to_string(), format!("there is no folder {}", nowhere.display()));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStringExt as _;
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        (OsString::from("DATABASE_URL"), OsString::from_vec(vec![0xff])),
        (OsString::from("OTHER"), OsString::from_vec(vec![0xff])),
        (OsString::from_vec(vec![0xff]), OsString::new()),
    ];
    let problems = Settings::load(Sources::new(folder.path()).variables(variables)).unwrap_err();
    assert_eq!(problems.to_string(), "DATABASE_URL: the value is not Unicode text");
}
