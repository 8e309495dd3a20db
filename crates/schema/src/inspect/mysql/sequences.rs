//! Sequences of MariaDB.

use hypostyle_core::Result;
use hypostyle_sql::Dialect;

use super::queries;
use crate::inspect::Inspector;
use crate::{Sequence, SequenceOptions};

/// Name, first number, step, least and greatest number, how many are taken at once, and whether it
/// begins anew.
type Found = (String, i64, i64, i64, i64, i64, bool);

/// How many numbers a session takes at once where nothing is said.
const CACHE: i64 = 1000;

/// Tells the sequences. Each is a table of one row that says how it counts.
pub(super) async fn sequences(inspector: &mut Inspector<'_, '_>) -> Result<Vec<Sequence>> {
    let names: Vec<(String,)> = inspector.ask(queries::SEQUENCES, ()).await?;
    let mut questions = Vec::with_capacity(names.len());
    for (name,) in &names {
        questions.push(format!(
            "SELECT {}, start_value, increment, minimum_value, maximum_value, cache_size, \
             cycle_option = 1 FROM {}",
            Dialect::Mysql.quote_string(name)?,
            Dialect::Mysql.quote_identifier(name)?,
        ));
    }
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Found> = inspector.ask(&questions.join(" UNION ALL "), ()).await?;
    Ok(found.into_iter().map(sequence).collect())
}

fn sequence((name, start, increment, minimum, maximum, cache, cycle): Found) -> Sequence {
    let is_down = increment < 0;
    let (least, greatest) = match is_down {
        true => (i64::MIN + 1, -1),
        false => (1, i64::MAX - 1),
    };
    let first = if is_down { maximum } else { minimum };
    let unusual = |value: i64, usual: i64| Some(value).filter(|value| *value != usual);
    let options = SequenceOptions {
        start: unusual(start, first),
        increment: unusual(increment, 1),
        minimum: unusual(minimum, least),
        maximum: unusual(maximum, greatest),
        cache: unusual(cache, CACHE),
        cycle,
        ..SequenceOptions::default()
    };
    Sequence { name, options, ..Sequence::default() }
}
