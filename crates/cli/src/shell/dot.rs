//! The commands of the shell itself: lines that begin with a dot.

use crate::output::Format;

/// A command of the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dot {
    Help,
    Quit,
    Tables,
    Schema(Option<String>),
    Mode(Format),
    Timing(bool),
    Explain(String),
}

/// Each command, what it takes and what it does.
const COMMANDS: [(&str, &str, &str); 7] = [
    ("tables", "", "lists tables and views"),
    ("schema", "[TABLE]", "describes a table, or all"),
    ("explain", "SQL", "shows how the engine would run a statement"),
    ("mode", "table|json|jsonl|csv", "sets how results are written"),
    ("timing", "on|off", "shows how long statements took"),
    ("help", "", "shows this"),
    ("quit", "", "ends the shell, as Ctrl-D does"),
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|(name, ..)| *name)
}

pub(super) fn help() -> String {
    let mut text =
        String::from("Statements end with a semicolon. Ctrl-C cancels one that runs.\n\n");
    for (name, takes, does) in COMMANDS {
        text += &format!("  {:<29} {does}\n", format!(".{name} {takes}"));
    }
    text
}

impl Dot {
    /// Reads a line that begins with a dot; the answer says what is wrong with it.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let line = line.trim();
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim().trim_end_matches(';').trim_end();
        match (name, rest) {
            (".help", "") => Ok(Self::Help),
            (".quit" | ".exit", "") => Ok(Self::Quit),
            (".tables", "") => Ok(Self::Tables),
            (".schema", "") => Ok(Self::Schema(None)),
            (".schema", table) => Ok(Self::Schema(Some(unquoted(table).to_owned()))),
            (".mode", "table") => Ok(Self::Mode(Format::Table)),
            (".mode", "json") => Ok(Self::Mode(Format::Json)),
            (".mode", "jsonl") => Ok(Self::Mode(Format::Jsonl)),
            (".mode", "csv") => Ok(Self::Mode(Format::Csv)),
            (".timing", "on") => Ok(Self::Timing(true)),
            (".timing", "off") => Ok(Self::Timing(false)),
            (".explain", sql) if !sql.is_empty() => Ok(Self::Explain(sql.to_owned())),
            _ if name.starts_with('\\') => Err(of_psql(name)),
            _ => Err(wrong(name)),
        }
    }
}

/// Answers what does here what a command does in psql.
fn of_psql(name: &str) -> String {
    let instead = match name.trim_start_matches('\\') {
        "q" => ".quit ends the shell",
        "timing" => ".timing on shows times",
        "i" | "ir" | "copy" => "`hypostyle query --file` runs files of psql",
        other if other.starts_with(['d', 'l', 'z']) => {
            ".tables lists tables, .schema TABLE describes one"
        }
        _ => ".help lists the commands of this shell",
    };
    format!("`{name}` is a command of psql; {instead}")
}

fn wrong(name: &str) -> String {
    match COMMANDS.iter().find(|(known, ..)| name.strip_prefix('.') == Some(known)) {
        Some((known, takes, _)) => format!("usage: .{known} {takes}"),
        None => format!("no command `{name}`; .help lists them"),
    }
}

fn unquoted(name: &str) -> &str {
    let inner = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    inner.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        let check = |line: &str, expect: Result<Dot, &str>| {
            assert_eq!(Dot::parse(line), expect.map_err(str::to_owned), "{line}");
        };
        check(".tables", Ok(Dot::Tables));
        check(".schema \"order lines\";", Ok(Dot::Schema(Some("order lines".into()))));
        check("  .mode  csv ", Ok(Dot::Mode(Format::Csv)));
        check(".timing on", Ok(Dot::Timing(true)));
        check(".explain SELECT 1;", Ok(Dot::Explain("SELECT 1".into())));
        check(".mode xml", Err("usage: .mode table|json|jsonl|csv"));
        check(".explain", Err("usage: .explain SQL"));
        check(
            "\\dt",
            Err("`\\dt` is a command of psql; .tables lists tables, .schema TABLE describes one"),
        );
        check("\\q", Err("`\\q` is a command of psql; .quit ends the shell"));
        check("\\x", Err("`\\x` is a command of psql; .help lists the commands of this shell"));
        check(".nope", Err("no command `.nope`; .help lists them"));
    }
}
