//! Secrets are in the typed settings, and nowhere else.

use hypostyle_app::settings::Settings;

use crate::place::Said;

const SECRET: &str = "hunter2";

/// Everything that could be shown of settings.
fn shown(settings: &Settings) -> String {
    let entries = settings.entries().iter().map(|entry| format!("{entry:?} {}", entry.json));
    let entries = entries.collect::<Vec<_>>().join("\n");
    format!("{settings:?} {settings:#?} {entries}")
}

#[test]
fn secrets_are_masked_wherever_settings_are_shown() {
    let said = Said {
        toml: "[databases.hr]\nurl = 'postgres://u:hunter2@h/hr?sslkey=hunter2'\n",
        dot_env: "DATABASE_URL=mysql://u:hunter2@h/db\n",
        variables: &[("HYPOSTYLE_API_KEY", SECRET)],
        ..Said::default()
    };
    let settings = said.load().unwrap();
    assert!(!shown(&settings).contains(SECRET), "{}", shown(&settings));
    let value = |key: &str| settings.entry(key).unwrap().value.as_str();
    assert_eq!(value("server.api_key"), "***");
    assert_eq!(value("database_url"), "mysql://u:***@h/db");
    assert_eq!(value("databases.hr.url"), "postgres://u:***@h/hr?sslkey=***");
    assert_eq!(settings.server.api_key.as_ref().unwrap().expose(), SECRET);
    assert!(settings.url_of("hr").unwrap().contains(SECRET));
}

#[track_caller]
fn check(said: Said<'_>) {
    let problems = said.load().unwrap_err();
    let shown = format!("{problems} {problems:?}");
    assert!(!shown.contains(SECRET), "{shown}");
}

#[test]
fn a_value_that_is_refused_is_not_repeated_where_it_may_be_a_secret() {
    check(Said::toml("database_url = 'hunter2'"));
    check(Said::toml("database_url = 'postgres:u:hunter2@h'"));
    check(Said::toml("database_url = 'postgres://u:12/hunter2@h/db'"));
    check(Said::toml("databases.x.url = ['hunter2']"));
    check(Said::toml("server.api_key = 'hunter2 x'"));
    check(Said::toml("server.api_key = 'hunter2"));
    check(Said::toml("server.api_key = hunter2"));
    check(Said::dot_env("HYPOSTYLE_API_KEY=hunter2 and more\n"));
    check(Said::dot_env("HYPOSTYLE_API_KEY='hunter2 and more'\n"));
    check(Said::dot_env("hunter2\n"));
    check(Said::variables(&[("DATABASE_URL", "postgres://u:hunter2@h:port/db")]));
    check(Said::variables(&[("HYPOSTYLE_DATABASES_X_URL", "hunter2")]));
    check(Said::flags(&[("server.api_key", "hunter2 x", "--api-key")]));
}
