//! The commands of psql in a script: lines that begin with a backslash.
//!
//! # Source
//! <https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS>

use hypostyle::sql::without_escapes;

use super::connect::Connect;

/// What a command of psql asks for here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meta {
    /// It changes how psql looks or answers, and nothing here.
    Nothing,
    Say(Say),
    Include {
        path: String,
        /// From the folder of the script, not from that of the program.
        is_relative: bool,
    },
    Connect(Connect),
    /// The rest of `\copy`, which is read as COPY.
    Copy(String),
    Encoding(String),
    /// From here on no other command may stand in the script, until the same key comes again.
    Restrict(String),
    Unrestrict(String),
    Quit,
}

/// A text that the script wants to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Say {
    pub(crate) text: String,
    pub(crate) is_warning: bool,
}

/// What ends a statement instead of a semicolon.
const ENDS: [&str; 3] = ["g", "gx", ";"];

/// Commands that change how psql shows things.
const LOOKS: [&str; 12] =
    ["unset", "pset", "timing", "a", "t", "x", "H", "html", "f", "C", "T", "errverbose"];

/// Why commands are refused, and which.
const REFUSALS: [(&str, &[&str]); 5] = [
    (
        "conditions are not evaluated: keep the branch that applies",
        &["if", "elif", "else", "endif"],
    ),
    (
        "it makes something else of a result: write the SQL that is meant",
        &["gset", "gexec", "gdesc", "crosstabview", "watch", "bind", "bind_named", "parse"],
    ),
    (
        "it acts on the machine, not on the database",
        &["!", "cd", "setenv", "getenv", "prompt", "password", "e", "edit", "ef", "ev", "s"],
    ),
    (
        "it writes files of psql: see --output and --format",
        &["o", "out", "w", "write", "lo_import", "lo_export", "lo_list", "lo_unlink"],
    ),
    (
        "it asks psql to show something: see hypostyle schema inspect",
        &["l", "list", "z", "sf", "sv", "h", "help", "?", "conninfo", "p", "print", "r", "reset"],
    ),
];

/// Tells whether a command ends a statement in front of it; the answer says how many bytes of the
/// line it takes.
///
/// # Errors
/// Why it cannot stand there.
pub(super) fn ends_statement(line: &str) -> Result<usize, String> {
    let (name, rest) = cut_name(line);
    match ENDS.contains(&name) {
        true if name == ";" => Ok(name.len()),
        true if rest.trim().is_empty() => Ok(line.len()),
        true => Err(refused(name, "its results go to --output and in --format")),
        false if refusal(name).is_some() => Err(refused(name, refusal(name).unwrap_or_default())),
        false => Err(refused(name, "the statement before it has no end")),
    }
}

/// Reads the command after a backslash, and answers how many bytes of the line it takes: up to
/// its end, or to the next backslash.
///
/// # Errors
/// Why the command is refused.
pub(super) fn parse(line: &str) -> Result<(Meta, usize), String> {
    let (name, rest) = cut_name(line);
    if name == "copy" {
        return Ok((Meta::Copy(rest.trim().to_owned()), line.len()));
    }
    let end = next_backslash(rest);
    let (rest, after) = rest.split_at(end);
    // Two of them part a command from the SQL that follows.
    let separator = if after.starts_with("\\\\") { 2 } else { 0 };
    Ok((read(name, rest)?, name.len() + end + separator))
}

fn read(name: &str, rest: &str) -> Result<Meta, String> {
    let first = |what: &str| match arguments(rest).into_iter().next() {
        Some(argument) => Ok(argument),
        None => Err(refused(name, &format!("it names no {what}"))),
    };
    Ok(match name {
        "echo" | "qecho" => Meta::Say(Say { text: said(rest), is_warning: false }),
        "warn" => Meta::Say(Say { text: said(rest), is_warning: true }),
        "i" | "include" => Meta::Include { path: first("file")?, is_relative: false },
        "ir" | "include_relative" => Meta::Include { path: first("file")?, is_relative: true },
        "c" | "connect" => {
            let connect = Connect::parse(&arguments(rest.trim_end().trim_end_matches(';')));
            Meta::Connect(connect.map_err(|why| refused(name, &why))?)
        }
        "encoding" => Meta::Encoding(first("encoding")?),
        "restrict" => Meta::Restrict(first("key")?),
        "unrestrict" => Meta::Unrestrict(first("key")?),
        "q" | "quit" => Meta::Quit,
        "set" => set(&arguments(rest))?,
        name if LOOKS.contains(&name) => Meta::Nothing,
        name => {
            let why = refusal(name).unwrap_or("it is not known");
            return Err(refused(name, why));
        }
    })
}

/// Variables say how psql works; only one of them changes what a script does.
fn set(arguments: &[String]) -> Result<Meta, String> {
    let is_off = |value: &str| ["off", "0", "false", "no"].contains(&&*value.to_ascii_lowercase());
    match arguments {
        [name, value, ..] if name == "AUTOCOMMIT" && is_off(value) => {
            let why = "AUTOCOMMIT off makes BEGIN of nothing: write BEGIN and COMMIT";
            Err(refused("set", why))
        }
        _ => Ok(Meta::Nothing),
    }
}

pub(super) fn refused(name: &str, why: &str) -> String {
    format!("psql's \\{name} is refused: {why}")
}

fn refusal(name: &str) -> Option<&'static str> {
    let is_of =
        |names: &[&str]| names.contains(&name) || (name.starts_with('d') && names[0] == "l");
    REFUSALS.iter().find(|(_, names)| is_of(names)).map(|(why, _)| *why)
}

/// Cuts a line into the name of its command and the rest.
fn cut_name(line: &str) -> (&str, &str) {
    if line.starts_with([';', '!', '?']) {
        return line.split_at(1);
    }
    let end = line.find(|each: char| each.is_whitespace() || each == '\\').unwrap_or(line.len());
    line.split_at(end)
}

/// Reads what is to be said: its words with single blanks, without their quotes.
fn said(rest: &str) -> String {
    let words = arguments(rest);
    match words.split_first() {
        Some((first, more)) if first == "-n" => more.join(" "),
        _ => words.join(" ") + "\n",
    }
}

/// Finds the first backslash outside quotes.
fn next_backslash(rest: &str) -> usize {
    let mut quote = None;
    for (at, each) in rest.char_indices() {
        match (quote, each) {
            (None, '\\') => return at,
            (None, '\'' | '"') => quote = Some(each),
            (Some(open), each) if open == each => quote = None,
            _ => {}
        }
    }
    rest.len()
}

/// Cuts arguments at blanks that are not quoted.
fn arguments(text: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut rest = text.trim_start();
    while let Some(quote) = rest.chars().next() {
        let mut argument = String::new();
        let length = match quote {
            '\'' | '"' => quoted(rest, quote, &mut argument),
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                argument.push_str(&rest[..end]);
                end
            }
        };
        arguments.push(argument);
        rest = rest[length..].trim_start();
    }
    arguments
}

/// Reads a quoted argument, and answers its length with the quotes.
fn quoted(text: &str, quote: char, argument: &mut String) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    let mut raw = String::new();
    let mut end = text.len();
    while let Some((at, each)) = characters.next() {
        if each == quote {
            if characters.next_if(|(_, next)| *next == quote).is_none() {
                end = at + 1;
                break;
            }
            raw.push(quote);
        } else {
            raw.push(each);
            if quote == '\'' && each == '\\' {
                raw.extend(characters.next().map(|(_, next)| next));
            }
        }
    }
    argument.push_str(&if quote == '\'' { without_escapes(&raw) } else { raw });
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expect: Result<Meta, &str>) {
        let read = parse(line).map(|(meta, length)| {
            assert_eq!(length, line.len(), "{line}");
            meta
        });
        assert_eq!(read, expect.map_err(str::to_owned), "{line}");
    }

    fn say(text: &str, is_warning: bool) -> Meta {
        Meta::Say(Say { text: text.to_owned(), is_warning })
    }

    #[test]
    fn commands_that_mean_something_here_are_read() {
        check("echo 'it''s  so' \"now\"", Ok(say("it's  so now\n", false)));
        check("qecho -n a   b", Ok(say("a b", false)));
        check("warn careful", Ok(say("careful\n", true)));
        let include =
            |path: &str, is_relative| Meta::Include { path: path.to_owned(), is_relative };
        check("i 'a b.sql'", Ok(include("a b.sql", false)));
        check("ir c.sql", Ok(include("c.sql", true)));
        check("copy t (a) from 'f.csv' csv", Ok(Meta::Copy("t (a) from 'f.csv' csv".to_owned())));
        check("restrict a1B2", Ok(Meta::Restrict("a1B2".to_owned())));
        check("q", Ok(Meta::Quit));
        for line in
            ["set ON_ERROR_STOP on", "set name value", "pset pager off", "timing", "x", "set"]
        {
            check(line, Ok(Meta::Nothing));
        }
    }

    #[test]
    fn other_commands_are_refused_by_name() {
        let refused = |line: &str, says: &str| {
            let why = parse(line).unwrap_err();
            assert!(why.starts_with("psql's \\") && why.contains(says), "{why}");
        };
        refused("if :x", "\\if is refused: conditions");
        refused("gexec", "\\gexec is refused: it makes");
        refused("! rm", "\\! is refused: it acts on the machine");
        refused("dt+ *.*", "\\dt+ is refused: it asks psql to show");
        refused("frobnicate", "\\frobnicate is refused: it is not known");
        refused("set AUTOCOMMIT off", "write BEGIN and COMMIT");
        refused("i", "\\i is refused: it names no file");
    }

    #[test]
    fn a_command_ends_at_the_next() {
        assert_eq!(parse("a \\t"), Ok((Meta::Nothing, 2)));
        assert_eq!(parse("pset format 'a\\b' \\\\ SELECT 1"), Ok((Meta::Nothing, 20)));
        assert_eq!(parse("echo a\\b"), Ok((say("a\n", false), 6)));
    }

    #[test]
    fn some_commands_end_a_statement() {
        assert_eq!(ends_statement("g"), Ok(1));
        assert_eq!(ends_statement("gx  "), Ok(4));
        assert_eq!(ends_statement("; SELECT 2"), Ok(1));
        assert!(ends_statement("g out.txt").unwrap_err().contains("--output"));
        assert!(ends_statement("gset").unwrap_err().contains("\\gset"));
        assert!(ends_statement("echo x").unwrap_err().contains("has no end"));
    }
}
