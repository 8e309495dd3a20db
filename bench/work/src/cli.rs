//! What the command line of a run says.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

const QUICK_ROUNDS: u16 = 3;
const QUICK_MS: u32 = 20;

/// What is measured, and for how long.
#[derive(Args)]
pub struct RunArguments {
    /// Run only these groups (`insert`, or `point-select` for all that begin so), by commas
    #[arg(long = "group", value_name = "NAME", value_delimiter = ',')]
    groups: Vec<String>,
    /// Measured rounds of each case
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    rounds: u16,
    /// How long a round of a case with repeated calls takes
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    ms: u32,
    /// Also write the report to this file
    #[arg(long, value_name = "PATH")]
    pub(crate) json: Option<PathBuf>,
    /// Few and short rounds: says that everything works, not how fast
    #[arg(long)]
    quick: bool,
}

impl RunArguments {
    pub(crate) fn wants(&self, group: &str) -> bool {
        let is_meant = |name: &String| {
            let rest = group.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.groups.is_empty() || self.groups.iter().any(is_meant)
    }

    pub(crate) fn rounds(&self) -> usize {
        usize::from(if self.quick { self.rounds.min(QUICK_ROUNDS) } else { self.rounds })
    }

    pub(crate) fn round_ms(&self) -> u64 {
        u64::from(if self.quick { self.ms.min(QUICK_MS) } else { self.ms })
    }

    /// How long a round of a case with repeated calls takes.
    pub fn round(&self) -> Duration {
        Duration::from_millis(self.round_ms())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        run: RunArguments,
    }

    #[track_caller]
    fn check(arguments: &[&str], group: &str, expect: bool) {
        let words = ["bench"].iter().chain(arguments);
        assert_eq!(Cli::parse_from(words).run.wants(group), expect);
    }

    #[test]
    fn group_names_one_group_or_all_that_begin_so() {
        check(&[], "insert", true);
        check(&["--group", "bulk,insert"], "insert", true);
        check(&["--group", "bulk"], "insert", false);
        check(&["--group", "point-select"], "point-select-16", true);
        check(&["--group", "point-select-1"], "point-select-16", false);
    }
}
