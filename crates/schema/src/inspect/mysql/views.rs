//! Views, as the statements that make them.

use hypostyle_core::{ErrorKind, Result};
use hypostyle_sql::{Dialect, Token, TokenKind, tokens};

use super::shown::shown;
use crate::Table;
use crate::inspect::Inspector;

/// Sets the statement of a view, without whose it is; of one that cannot be read, why.
pub(super) async fn set(inspector: &mut Inspector<'_, '_>, view: &mut Table) -> Result<()> {
    match shown(inspector, "VIEW", &view.name).await {
        Ok(statement) => view.sql = statement.map(|statement| plain(&statement)),
        Err(error) if error.kind() == ErrorKind::Query => {
            view.problem = Some(error.message().to_owned());
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Leaves out whose a view is, and what is usual between `CREATE` and `VIEW`.
fn plain(statement: &str) -> String {
    let words = |token: &Token| token.kind == TokenKind::Word;
    let at = |word: &str| {
        let mut all = tokens(statement, Dialect::Mysql).filter(words);
        all.find(|token| token.text(statement).eq_ignore_ascii_case(word)).map(|it| it.start)
    };
    let Some(view) = at("VIEW") else { return statement.to_owned() };
    let head = &statement[..view];
    let mut made = "CREATE ".to_owned();
    for algorithm in ["MERGE", "TEMPTABLE"] {
        if head.contains(&format!("ALGORITHM={algorithm} ")) {
            made += &format!("ALGORITHM={algorithm} ");
        }
    }
    if head.ends_with("SQL SECURITY INVOKER ") {
        made += "SQL SECURITY INVOKER ";
    }
    made + &statement[view..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_and_whose_it_is_are_left_out() {
        for (shown, expect) in [
            (
                "CREATE ALGORITHM=UNDEFINED DEFINER=`VIEW`@`%` SQL SECURITY DEFINER VIEW `v` (`a`) AS select 1",
                "CREATE VIEW `v` (`a`) AS select 1",
            ),
            (
                "CREATE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY INVOKER VIEW `v` AS select 1",
                "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `v` AS select 1",
            ),
        ] {
            assert_eq!(plain(shown), expect);
        }
    }
}
