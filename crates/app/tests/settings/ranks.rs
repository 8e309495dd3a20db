//! Which source wins, and that its place is told.

use crate::place::Said;

#[track_caller]
fn check(said: Said<'_>, key: &str, value: &str, origin: &str) {
    let settings = said.load().unwrap_or_else(|problems| panic!("{problems}"));
    let entry = settings.entry(key).unwrap_or_else(|| panic!("no entry {key}"));
    assert_eq!((&*entry.value, &*entry.origin.to_string()), (value, origin), "{key}");
}

const TOML: &str = "\
environment = 'staging'
pool_size = 1
database_url = 'sqlite:top/'

[server]
listen = '127.0.0.1:1'

[environments.production]
pool_size = 2
database_url = 'sqlite:production/'
server.listen = '127.0.0.1:2'
";

#[test]
fn a_flag_wins_over_a_variable_and_so_on_down_to_the_default() {
    let key = "server.listen";
    let variables = [("ENVIRONMENT", "production"), ("HYPOSTYLE_SERVER_LISTEN", "127.0.0.1:4")];
    let said = Said {
        toml: TOML,
        dot_env: "# ours\n\nHYPOSTYLE_SERVER_LISTEN=127.0.0.1:3\n",
        variables: &variables,
        flags: &[(key, "127.0.0.1:5", "--listen")],
    };
    check(said, key, "127.0.0.1:5", "--listen");
    let said = Said { flags: &[], ..said };
    check(said, key, "127.0.0.1:4", "HYPOSTYLE_SERVER_LISTEN");
    let said = Said { variables: &variables[..1], ..said };
    check(said, key, "127.0.0.1:3", ".env:3");
    let said = Said { dot_env: "", ..said };
    check(said, key, "127.0.0.1:2", "hypostyle.toml:11");
    let said = Said { variables: &[], ..said };
    check(said, key, "127.0.0.1:1", "hypostyle.toml:6");
    check(Said::default(), key, "127.0.0.1:8080", "default");
}

#[test]
fn the_environment_is_chosen_by_the_same_ranks() {
    let key = "environment";
    let said = Said {
        toml: TOML,
        dot_env: "ENVIRONMENT=testing",
        variables: &[("ENVIRONMENT", "production")],
        flags: &[(key, "development", "--environment")],
    };
    check(said, key, "development", "--environment");
    check(said, "pool_size", "1", "hypostyle.toml:2");
    let said = Said { flags: &[], ..said };
    check(said, key, "production", "ENVIRONMENT");
    check(said, "pool_size", "2", "hypostyle.toml:9");
    let said = Said { variables: &[], ..said };
    check(said, key, "testing", ".env:1");
    let said = Said { dot_env: "", ..said };
    check(said, key, "staging", "hypostyle.toml:1");
    check(Said::default(), key, "development", "default");
}

#[test]
fn the_default_environment_has_its_section_too() {
    let toml = "pool_size = 1\n[environments.development]\npool_size = 3\n";
    check(Said::toml(toml), "pool_size", "3", "hypostyle.toml:3");
}

#[test]
fn a_title_made_of_the_name_comes_from_where_the_name_does() {
    check(Said::toml("\nname = 'Shop'"), "server.title", "Shop", "hypostyle.toml:2");
    check(Said::default(), "server.title", "Hypostyle", "default");
}

#[test]
fn an_environment_may_have_a_name_of_its_own() {
    let toml = "pool_size = 1\n[environments.load-test]\npool_size = 3\n";
    let said = Said { variables: &[("ENVIRONMENT", "load-test")], ..Said::toml(toml) };
    check(said, "pool_size", "3", "hypostyle.toml:3");
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let said = Said {
        toml: "pool_size = 1\n",
        dot_env: "DATABASE_POOL_SIZE=\n",
        variables: &[("DATABASE_POOL_SIZE", ""), ("HYPOSTYLE_API_KEY", "")],
        ..Said::default()
    };
    check(said, "pool_size", "1", "hypostyle.toml:1");
    check(said, "server.api_key", "", "default");
}

#[test]
fn each_line_of_dot_env_is_found_again() {
    let dot_env = "\u{feff}# a comment\r\nexport DATABASE_POOL_SIZE = 3 # why\r\n\n\
                   SOMEBODY_ELSES='it''s\nHYPOSTYLE_NAME=none\n'\nHYPOSTYLE_NAME='A  # B'   ";
    check(Said::dot_env(dot_env), "pool_size", "3", ".env:2");
    check(Said::dot_env(dot_env), "name", "A  # B", ".env:7");
    let twice = "DATABASE_POOL_SIZE=3\nDATABASE_POOL_SIZE=4\n";
    check(Said::dot_env(twice), "pool_size", "4", ".env:2");
    let long =
        format!("# {}\nOTHER='{}'\nDATABASE_POOL_SIZE=9", "x".repeat(9_000), "y".repeat(20_000));
    check(Said::dot_env(&long), "pool_size", "9", ".env:3");
}

#[test]
fn a_value_of_several_lines_is_told_where_it_begins() {
    let dot_env =
        "HYPOSTYLE_SERVER_ALLOWED_HOSTS='a.example,\n\nb.example'\nDATABASE_POOL_SIZE=4\n";
    check(Said::dot_env(dot_env), "server.allowed_hosts", "a.example, b.example", ".env:1");
    check(Said::dot_env(dot_env), "pool_size", "4", ".env:4");
}

#[test]
fn databases_are_set_by_variables_too() {
    let said = Said {
        toml: "[databases.my-shop]\nwritable = ['orders']\n",
        variables: &[
            ("HYPOSTYLE_DATABASES_MY_SHOP_URL", "sqlite:my.db"),
            ("HYPOSTYLE_DATABASES_HR_WRITABLE", "*"),
        ],
        ..Said::default()
    };
    check(said, "databases.my-shop.url", "sqlite:my.db", "HYPOSTYLE_DATABASES_MY_SHOP_URL");
    check(said, "databases.my-shop.writable", "orders", "hypostyle.toml:2");
    check(said, "databases.hr.writable", "*", "HYPOSTYLE_DATABASES_HR_WRITABLE");
    check(said, "databases.hr.url", "", "default");
    let said = Said { flags: &[("databases.hr.url", "sqlite:x.db", "--database")], ..said };
    check(said, "databases.hr.url", "sqlite:x.db", "--database");
}

#[test]
fn a_database_of_an_environment_lies_over_the_same_one_of_the_top() {
    let toml = "[databases.shop]\nurl = 'sqlite:a.db'\nwritable = ['t']\n\
                [environments.testing.databases.shop]\nurl = 'sqlite:b.db'\n";
    let said = Said { variables: &[("ENVIRONMENT", "testing")], ..Said::toml(toml) };
    check(said, "databases.shop.url", "sqlite:b.db", "hypostyle.toml:5");
    check(said, "databases.shop.writable", "t", "hypostyle.toml:3");
}
