//! The reference of all settings, in Markdown.

use std::fmt::Write as _;

use super::declare::Setting;
use super::table;

const BEFORE: &str = "\
Of the sources that say something, the first wins: a flag of the command line, an environment
variable, the file `.env`, the section `[environments.NAME]` of `hypostyle.toml`, its top level,
the default. Both files lie in the application's folder, and neither has to be there. In `.env`, a
value with spaces, quotes, `#` or `$` stands in single quotes. In variables, lists have commas.

| key | takes | default | variable | what it is for |
|---|---|---|---|---|
";

/// Writes the reference of all settings as Markdown.
///
/// # Examples
/// ```
/// let reference = hypostyle_app::settings::reference();
/// assert!(reference.contains("| `server.listen` | address | `127.0.0.1:8080` |"));
/// ```
pub fn reference() -> String {
    table::all().fold(BEFORE.to_owned(), |mut text, setting| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{}", line(setting));
        text
    })
}

fn line(setting: &Setting) -> String {
    let kind = match setting.kind {
        super::Kind::OneOf(words) => words.join(", "),
        kind => kind.name().to_owned(),
    };
    let unit = match setting.unit {
        "" | "seconds" | "bytes" => String::new(),
        unit => format!(" ({unit})"),
    };
    let default = match (setting.default, setting.empty) {
        _ if setting.is_required => "required".to_owned(),
        ("", empty) => empty.to_owned(),
        (default, _) => format!("`{default}`"),
    };
    let variable = match setting.key.starts_with("panels.") {
        true => "–".to_owned(),
        false => format!("`{}`", setting.variable()),
    };
    let Setting { key, description, .. } = setting;
    format!("| `{key}` | {kind}{unit} | {default} | {variable} | {description} |")
}
