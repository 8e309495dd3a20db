//! Relations by keys of several columns: loaded, counted and filtered by, as those by one.

use std::sync::atomic::AtomicUsize;

use hypostyle_core::ErrorKind;
use hypostyle_model::{Filter, Model, Models};

use super::relations::Counting;
use crate::{Bench, Outcome, cases, equal, fails};

cases! { "models::composite":
    rows_that_name_a_key_of_several_columns_are_loaded,
    the_row_that_several_columns_name_is_loaded,
    rows_with_keys_of_several_columns_belong_to_each_other_by_a_third,
    the_latest_of_each_composite_key_are_loaded,
    rows_of_a_composite_key_are_counted,
    rows_are_found_by_relations_of_several_columns,
    a_reference_of_several_columns_is_held,
    more_composite_keys_than_a_statement_takes_are_loaded,
    a_relation_that_names_too_few_columns_is_refused,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "order_lines", new_derive(Clone))]
#[model(has_many(parcels = Parcel, by(order_code, line_no)))]
#[model(has_one(note = Note, by(order_code, line_no)))]
#[model(many_to_many(labels = Label, through = LineLabel((order_code, line_no), (kind, word))))]
#[model(has_many(short = Parcel, by = order_code))]
struct Line {
    #[model(key, length = 20)]
    order_code: String,
    #[model(key)]
    line_no: i32,
    article: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "parcels", index(order_code, line_no), new_derive(Clone))]
#[model(belongs_to(line = Line, by(order_code, line_no), constraint = "parcels_line_fk"))]
struct Parcel {
    #[model(key)]
    id: i64,
    #[model(length = 20)]
    order_code: Option<String>,
    line_no: Option<i32>,
    pieces: i64,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "line_notes", unique(order_code, line_no))]
#[model(belongs_to(line = Line, by(order_code, line_no)))]
struct Note {
    #[model(key)]
    id: i64,
    #[model(length = 20)]
    order_code: String,
    line_no: i32,
    body: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "line_label_words")]
#[model(many_to_many(lines = Line, through = LineLabel((kind, word), (order_code, line_no))))]
struct Label {
    #[model(key, length = 10)]
    kind: String,
    #[model(key, length = 10)]
    word: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "line_labels")]
#[model(belongs_to(line = Line, by(order_code, line_no)))]
#[model(belongs_to(label = Label, by(kind, word)))]
struct LineLabel {
    #[model(key, length = 20)]
    order_code: String,
    #[model(key)]
    line_no: i32,
    #[model(key, length = 10)]
    kind: String,
    #[model(key, length = 10)]
    word: String,
}

/// Lines a.1, a.2, b.1 and b.2; a.2 has three parcels, b.1 one, and one has no line; a note, and labels.
async fn orders(bench: &Bench) -> Outcome {
    let models = Models::of("orders").with::<Line>().with::<Parcel>().with::<Note>();
    let models = models.with::<Label>().with::<LineLabel>();
    models.create(&bench.db).await?;
    let db = &bench.db;
    let lines = [("a", 1), ("a", 2), ("b", 1), ("b", 2)];
    Line::on(db).create_many(lines.map(|(code, no)| line(code, no))).await?;
    for (code, line_no, pieces) in [("a", 2, 1), ("b", 1, 2), ("a", 2, 3), ("a", 2, 4)] {
        Parcel::on(db).create(parcel(code, line_no, pieces)).await?;
    }
    let lost = NewParcel { line_no: None, ..parcel("a", 2, 5) };
    Parcel::on(db).create(lost).await?;
    let note = NewNote { order_code: "b".to_owned(), line_no: 2, body: "fragile".to_owned() };
    Note::on(db).create(note).await?;
    for word in ["red", "old"] {
        Label::on(db).create(NewLabel { kind: "k".to_owned(), word: word.to_owned() }).await?;
    }
    for (code, line_no, word) in [("a", 1, "red"), ("a", 1, "old"), ("b", 2, "red")] {
        let (order_code, word) = (code.to_owned(), word.to_owned());
        let link = NewLineLabel { order_code, line_no, kind: "k".to_owned(), word };
        LineLabel::on(db).create(link).await?;
    }
    Ok(())
}

fn line(order_code: &str, line_no: i32) -> NewLine {
    NewLine {
        order_code: order_code.to_owned(),
        line_no,
        article: format!("{order_code}{line_no}"),
    }
}

fn parcel(order_code: &str, line_no: i32, pieces: i64) -> NewParcel {
    NewParcel { order_code: Some(order_code.to_owned()), line_no: Some(line_no), pieces }
}

fn in_order() -> [hypostyle_model::Order<Line>; 2] {
    [Line::order_code.asc(), Line::line_no.asc()]
}

fn pieces(parcels: &[Parcel]) -> Vec<i64> {
    parcels.iter().map(|parcel| parcel.pieces).collect()
}

async fn rows_that_name_a_key_of_several_columns_are_loaded(bench: Bench) -> Outcome {
    orders(&bench).await?;
    let parcels = Line::parcels.order_by(Parcel::id.asc());
    let none = Line::on(&bench.db).find_many(Filter::any([])).include(Line::parcels);
    equal(none.include(Line::note).all().await?.len(), 0)?;
    let found = Line::on(&bench.db).find().order_by(in_order()).include(parcels);
    let found = found.include(Line::note).all().await?;
    let found: Vec<_> = found
        .iter()
        .map(|(line, parcels, note)| (line.article.as_str(), pieces(parcels), note.is_some()))
        .collect();
    let expected = vec![
        ("a1", vec![], false),
        ("a2", vec![1, 3, 4], false),
        ("b1", vec![2], false),
        ("b2", vec![], true),
    ];
    equal(found, expected)
}

async fn the_row_that_several_columns_name_is_loaded(bench: Bench) -> Outcome {
    orders(&bench).await?;
    let with_parcels = Parcel::line.include(Line::parcels);
    let found = Parcel::on(&bench.db).find().order_by(Parcel::id.asc()).include(with_parcels);
    let found = found.all().await?;
    let found: Vec<_> = found
        .iter()
        .map(|(_, line)| line.as_ref().map(|(line, parcels)| (&*line.article, parcels.len())))
        .collect();
    equal(found, vec![Some(("a2", 3)), Some(("b1", 1)), Some(("a2", 3)), Some(("a2", 3)), None])
}

async fn rows_with_keys_of_several_columns_belong_to_each_other_by_a_third(
    bench: Bench,
) -> Outcome {
    orders(&bench).await?;
    let labels = Line::labels.order_by(Label::word.asc()).include(Label::lines.count());
    let found = Line::on(&bench.db).find().order_by(in_order()).include(labels).all().await?;
    let words = |labels: &[(Label, u64)]| {
        labels.iter().map(|(label, lines)| (label.word.clone(), *lines)).collect::<Vec<_>>()
    };
    let found: Vec<_> = found.iter().map(|(_, labels)| words(labels)).collect();
    let (red, old) = (("red".to_owned(), 2), ("old".to_owned(), 1));
    equal(found, vec![vec![old, red.clone()], vec![], vec![], vec![red]])
}

async fn the_latest_of_each_composite_key_are_loaded(bench: Bench) -> Outcome {
    orders(&bench).await?;
    let latest = Line::parcels.order_by(Parcel::id.desc()).take(2);
    let first = Line::labels.order_by(Label::word.asc()).take(1);
    let found = Line::on(&bench.db).find().order_by(in_order()).include(latest).include(first);
    let found = found.all().await?;
    let found: Vec<_> = found
        .iter()
        .map(|(_, parcels, labels)| (pieces(parcels), labels.first().map(|label| &*label.word)))
        .collect();
    let expected =
        vec![(vec![], Some("old")), (vec![4, 3], None), (vec![2], None), (vec![], Some("red"))];
    equal(found, expected)
}

async fn rows_of_a_composite_key_are_counted(bench: Bench) -> Outcome {
    orders(&bench).await?;
    let large = Line::parcels.count().filter(Parcel::pieces.gt(1));
    let found = Line::on(&bench.db).find().order_by(in_order()).include(large);
    let found = found.include(Line::labels.count()).all().await?;
    let found: Vec<_> = found.iter().map(|(_, parcels, labels)| (*parcels, *labels)).collect();
    equal(found, vec![(0, 2), (2, 0), (1, 0), (0, 1)])
}

async fn rows_are_found_by_relations_of_several_columns(bench: Bench) -> Outcome {
    orders(&bench).await?;
    let articles = async |filter| -> Outcome<Vec<String>> {
        let found = Line::on(&bench.db).find_many(filter).order_by(in_order());
        Ok(found.select((Line::article,)).await?.into_iter().map(|(name,)| name).collect())
    };
    equal(articles(Line::parcels.some()).await?, ["a2", "b1"])?;
    equal(articles(Line::parcels.none() & Line::note.none()).await?, ["a1"])?;
    equal(articles(Line::labels.any(Label::word.eq("old"))).await?, ["a1"])?;
    let shared = Label::lines.any(Line::order_code.eq("b"));
    equal(articles(Line::labels.any(shared)).await?, ["a1", "b2"])?;
    let of_a = Parcel::line.any(Line::parcels.any(Parcel::pieces.eq(4)));
    equal(Parcel::on(&bench.db).count(of_a).await?, 3)?;
    equal(Parcel::on(&bench.db).count(Parcel::line.none()).await?, 1)
}

async fn a_reference_of_several_columns_is_held(bench: Bench) -> Outcome {
    orders(&bench).await?;
    let table = Parcel::definition().to_table(bench.db.engine().dialect)?;
    let [key] = table.foreign_keys.as_slice() else {
        return equal(table.foreign_keys.len(), 1);
    };
    equal(key.columns.as_slice(), ["order_code", "line_no"])?;
    equal(key.referenced_columns.as_slice(), ["order_code", "line_no"])?;
    equal(key.name.as_deref(), Some("parcels_line_fk"))?;
    let lost = Parcel::on(&bench.db).create(parcel("a", 3, 1)).await;
    fails(lost, ErrorKind::ForeignKeyViolation)?;
    equal(Parcel::on(&bench.db).find().count().await?, 5)
}

async fn more_composite_keys_than_a_statement_takes_are_loaded(bench: Bench) -> Outcome {
    orders(&bench).await?;
    let code = |at: i32| format!("c{}", at % 7);
    let lines = (0..10_000).map(|at| line(&code(at), at));
    Line::on(&bench.db).create_many(lines).await?;
    let parcels = (0..10_000).flat_map(|at| [parcel(&code(at), at, 1), parcel(&code(at), at, 2)]);
    Parcel::on(&bench.db).create_many(parcels).await?;
    let counting = Counting { db: &bench.db, statements: AtomicUsize::new(0) };
    let parcels = Line::parcels.order_by(Parcel::pieces.desc()).take(1);
    let found = Line::on(&counting).find_many(Line::order_code.starts_with("c")).include(parcels);
    let found = found.all().await?;
    // PostgreSQL takes each column as one value, the others the keys in two parts.
    let of_postgres = bench.db.engine().dialect.is_postgres();
    equal(counting.statements.into_inner(), if of_postgres { 2 } else { 3 })?;
    let is_right = |(line, parcels): &&(Line, Vec<Parcel>)| {
        let [parcel] = parcels.as_slice() else { return false };
        let named = (parcel.order_code.as_deref(), parcel.line_no);
        named == (Some(line.order_code.as_str()), Some(line.line_no)) && parcel.pieces == 2
    };
    equal((found.len(), found.iter().filter(is_right).count()), (10_000, 10_000))
}

async fn a_relation_that_names_too_few_columns_is_refused(bench: Bench) -> Outcome {
    orders(&bench).await?;
    let refused = Line::on(&bench.db).find().include(Line::short).all().await;
    let error = fails(refused, ErrorKind::Unsupported)?;
    let message = "the key of Line has 2 columns, and the relation names 1: write all of them, in the \
                   order of the fields";
    equal(error.message(), message)?;
    fails(Line::on(&bench.db).count(Line::short.some()).await, ErrorKind::Unsupported)?;
    Ok(())
}
