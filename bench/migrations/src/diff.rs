//! The difference of two schemas of a thousand tables, and its plan. Nothing else does that from
//! memory to memory: it is held against a limit, not against others.

use bench_harness::{Case, Group, GroupReport, Unit, measure};
use hypostyle::core::Type;
use hypostyle::schema::diff::diff;
use hypostyle::schema::plan::plan;
use hypostyle::schema::{Column, ForeignKey, Schema, Table};
use hypostyle::sql::Dialect;

const TABLES: usize = 1_000;

/// What one case measures, and whether questions stay open, so that there is no plan.
type Work = (&'static str, fn(&mut Table), bool);

const CASES: [Work; 3] = [
    ("equal", |_| {}, false),
    ("each-table-changed", widen, false),
    ("each-table-renamed", |table| table.name.push_str("_new"), true),
];

pub(crate) fn run(rounds: usize) -> GroupReport {
    let mut group = Group::new("diff", Unit::Call);
    for (name, change, asks) in CASES {
        let from = schema(|_| {});
        let to = schema(change);
        group.add(Case::new(name, move || {
            measure(|| {
                let found = diff(&from, &to, Dialect::Postgres, &[]);
                assert_eq!(!found.questions.is_empty(), asks);
                if !asks {
                    plan(&found, &from, &to, Dialect::Postgres).expect("there is a plan");
                }
                1
            })
        }));
    }
    group.run(rounds, &[])
}

/// Tables of ten columns, each with a reference to the one before.
fn schema(change: fn(&mut Table)) -> Schema {
    let tables = (0..TABLES).map(|number| {
        let mut table = Table::new(format!("t{number}")).keyed_by(["id"]);
        table.columns.push(Column::new("id", Type::I64).not_null());
        for column in 0..9 {
            table.columns.push(Column::new(format!("c{}_{column}", number / 4), Type::Text));
        }
        if number > 0 {
            table.foreign_keys.push(ForeignKey {
                name: Some(format!("t{number}_before")),
                columns: vec!["id".to_owned()],
                referenced_table: format!("t{}", number - 1),
                referenced_columns: vec!["id".to_owned()],
                ..ForeignKey::default()
            });
        }
        change(&mut table);
        table
    });
    Schema { tables: tables.collect(), ..Schema::default() }
}

fn widen(table: &mut Table) {
    table.columns.push(Column::new("more", Type::I64));
}
