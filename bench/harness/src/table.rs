//! The report as text.

use std::fmt::{self, Formatter};

use crate::report::{CaseReport, GroupReport, Report};
use crate::{Unit, Verdict};

const MIB: f64 = 1024.0 * 1024.0;

pub(crate) fn write(out: &mut Formatter<'_>, report: &Report) -> fmt::Result {
    let settings = &report.settings;
    writeln!(
        out,
        "medians of {} rounds of {} ms, {} CPU(s)",
        settings.rounds, settings.round_ms, settings.cores
    )?;
    head(out, &report.references)?;
    for group in &report.groups {
        for case in &group.cases {
            line(out, group, case, &report.references)?;
        }
    }
    for verdict in &report.verdicts {
        goal(out, verdict)?;
    }
    Ok(())
}

fn head(out: &mut Formatter<'_>, references: &[String]) -> fmt::Result {
    let ratios: Vec<String> = references.iter().map(|name| format!("× {name}")).collect();
    let figures = ["wall", "IQR", "CPU"].map(str::to_owned);
    writeln!(out)?;
    columns(out, ["work", "library"], &figures, &ratios, "memory")
}

fn line(
    out: &mut Formatter<'_>,
    group: &GroupReport,
    case: &CaseReport,
    references: &[String],
) -> fmt::Result {
    let wall = per_unit(case.wall_ns, group.unit);
    let figures = [wall, format!("{:.0} %", case.spread * 100.0), time(case.cpu_ns)];
    let ratio = |name| case.ratios.get(name).map_or(String::new(), |ratio| format!("{ratio:.2}"));
    let ratios: Vec<String> = references.iter().map(ratio).collect();
    let memory = case.growth_bytes.map_or(String::new(), |bytes| format!("{:.1} MiB", bytes / MIB));
    columns(out, [&group.name, &case.name], &figures, &ratios, &memory)
}

fn columns(
    out: &mut Formatter<'_>,
    [group, case]: [&str; 2],
    [wall, spread, cpu]: &[String; 3],
    ratios: &[String],
    memory: &str,
) -> fmt::Result {
    let mut text = format!("{group:<20} {case:<22} {wall:>15} {spread:>6} {cpu:>11}");
    for ratio in ratios {
        text += &format!(" {ratio:>10}");
    }
    text += &format!(" {memory:>10}");
    writeln!(out, "{}", text.trim_end())
}

fn goal(out: &mut Formatter<'_>, verdict: &Verdict) -> fmt::Result {
    let Verdict { group, case, bound, figure, reached } = verdict;
    let word = if *reached { "reached" } else { "MISSED" };
    writeln!(out, "{word:<8} {group:<20} {case:<22} {figure:>9.2}  {bound}")
}

fn per_unit(ns: f64, unit: Unit) -> String {
    match unit {
        Unit::Call => time(ns) + "/call",
        Unit::Row => time(ns) + "/row",
        Unit::Delay => "worst ".to_owned() + &time(ns),
    }
}

fn time(ns: f64) -> String {
    match ns {
        _ if ns < 1e3 => format!("{ns:.0} ns"),
        _ if ns < 1e6 => format!("{:.2} µs", ns / 1e3),
        _ => format!("{:.2} ms", ns / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ns: f64, expect: &str) {
        assert_eq!(time(ns), expect);
    }

    #[test]
    fn time_takes_the_unit_that_keeps_three_digits() {
        check(120.4, "120 ns");
        check(2_014.0, "2.01 µs");
        check(3_500_000.0, "3.50 ms");
    }
}
