//! Which types PostgreSQL turns into which by itself where a value is stored.

/// Types of which each is stored as any other of its line (`pg_cast`, contexts `a` and `i`).
const MUTUAL: [&[&str]; 5] = [
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["json", "jsonb"],
    &["bit", "bit varying"],
    &["inet", "cidr"],
    &["timestamp without time zone", "timestamp with time zone", "date"],
];

/// What else is stored as what.
const ONE_WAY: [(&str, &str); 10] = [
    ("timestamp without time zone", "time without time zone"),
    ("timestamp with time zone", "time without time zone"),
    ("timestamp with time zone", "time with time zone"),
    ("time without time zone", "time with time zone"),
    ("time with time zone", "time without time zone"),
    ("time without time zone", "interval"),
    ("interval", "time without time zone"),
    ("numeric", "money"),
    ("money", "numeric"),
    ("integer", "money"),
];

/// Types that take the text of any value.
const TEXTS: [&str; 3] = ["text", "character varying", "character"];

/// Tells whether values of one type are stored as another without being asked to.
///
/// # Source
/// `pg_cast` of PostgreSQL 15, and `CREATE CAST`: any value is assigned to a text.
pub(super) fn is_assigned(from: &str, to: &str) -> bool {
    let (mut from, mut to) = (plain(from), plain(to));
    while let (Some(one), Some(other)) = (from.strip_suffix("[]"), to.strip_suffix("[]")) {
        (from, to) = (one.to_owned(), other.to_owned());
    }
    let (from, to) = (from.as_str(), to.as_str());
    from == to
        || TEXTS.contains(&to)
        || MUTUAL.iter().any(|line| line.contains(&from) && line.contains(&to))
        || ONE_WAY.contains(&(from, to))
}

/// A type without its lengths, under the name that the catalogue tells it by.
fn plain(declared: &str) -> String {
    let mut words = declared.to_ascii_lowercase();
    while let Some((open, close)) = words.find('(').zip(words.find(')')) {
        words.replace_range(open..=close.max(open), "");
    }
    let dimensions = words.matches("[]").count();
    let bare = words.replace("[]", "");
    let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = match bare.as_str() {
        "int2" => "smallint",
        "int" | "int4" => "integer",
        "int8" => "bigint",
        "decimal" => "numeric",
        "float4" => "real",
        "float8" => "double precision",
        "varchar" => "character varying",
        "char" | "bpchar" => "character",
        "varbit" => "bit varying",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        other => other,
    };
    format!("{name}{}", "[]".repeat(dimensions))
}

#[cfg(test)]
mod tests {
    use super::is_assigned;

    #[test]
    fn only_what_is_stored_unasked_is_assigned() {
        let check = |from: &str, to: &str, expect: bool| {
            assert_eq!(is_assigned(from, to), expect, "{from} to {to}");
        };
        check("integer", "bigint", true);
        check("numeric(10,2)", "int4", true);
        check("character varying(20)", "varchar(10)", true);
        check("timestamp(3) with time zone", "date", true);
        check("integer[]", "bigint[]", true);
        check("mood", "text", true);
        check("integer", "boolean", false);
        check("text", "integer", false);
        check("text", "mood", false);
        check("date", "integer", false);
        check("integer", "integer[]", false);
    }
}
