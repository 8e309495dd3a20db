//! The names of a statement, each looked up where it stands.

use std::ops::ControlFlow;

use sqlparser::ast::{
    AccessExpr, Assignment, AssignmentTarget, Delete, Expr, FromTable, Ident, Insert, ObjectName,
    OnConflictAction, OnInsert, Query, Select, SetExpr, Spanned as _, Statement, TableObject,
    Update, UpdateTableFromKind, Visitor,
};
use sqlparser::tokenizer::Span;

use super::catalog::Catalog;
use super::relations::{Frame, Reader, Relation};
use super::wrong;
use crate::engine::Fault;
use crate::names::hint;

/// Columns that every table of PostgreSQL has, values that are written without brackets, and units
/// of time, which MySQL's functions take.
const ALWAYS: [&str; 47] = [
    "ctid",
    "xmin",
    "xmax",
    "cmin",
    "cmax",
    "tableoid",
    "oid",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "current_role",
    "current_catalog",
    "current_schema",
    "localtime",
    "localtimestamp",
    "session_user",
    "system_user",
    "user",
    "default",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "microsecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "date",
    "time",
    "datetime",
    "timestamp",
    "rowid",
    "nextval",
    "char",
    "binary",
    "signed",
    "unsigned",
    "epoch",
    "true",
    "false",
    "null",
    "unknown",
];

/// Walks over a statement and notes what is nowhere.
pub(super) struct Resolver<'c> {
    catalog: &'c Catalog,
    frames: Vec<Frame>,
    faults: Vec<(Span, Fault)>,
    /// Names of fields, which are no columns of a table.
    fields: Vec<Span>,
}

impl<'c> Resolver<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, frames: Vec::new(), faults: Vec::new(), fields: Vec::new() }
    }

    /// Answers what stands first of all that is wrong.
    pub(super) fn first(self) -> Option<(Span, Fault)> {
        self.faults.into_iter().min_by_key(|(span, _)| (span.start.line, span.start.column))
    }

    /// Makes a frame with what reads relations.
    fn enter(&mut self, make: impl FnOnce(&mut Reader<'_, '_>) -> Frame) {
        let mut reader = Reader { catalog: self.catalog, frames: &self.frames, faults: Vec::new() };
        let frame = make(&mut reader);
        let faults = reader.faults;
        self.faults.extend(faults);
        self.frames.push(frame);
    }

    fn leave(&mut self) -> ControlFlow<()> {
        self.frames.pop();
        ControlFlow::Continue(())
    }

    fn insert(&mut self, insert: &Insert) {
        let TableObject::TableName(name) = &insert.table else {
            return self.frames.push(Frame { is_open: true, ..Frame::default() });
        };
        self.enter(|reader| {
            let table = reader.table(name, &[]);
            let alias = insert.table_alias.as_ref().map(|alias| alias.alias.value.clone());
            let row = insert.insert_alias.as_ref().map(|alias| alias.row_alias.0.last().cloned());
            let row = row.flatten().and_then(|part| part.as_ident().map(|name| name.value.clone()));
            let names = alias.into_iter().chain(row).chain(["excluded".to_owned()]);
            let others = names.map(|alias| Relation { alias, ..table.clone() });
            let mut relations: Vec<_> = std::iter::once(table.clone()).chain(others).collect();
            // MySQL's update of a row that is there may name what the rows come from.
            let source = insert.source.as_ref();
            let named =
                source.filter(|_| matches!(insert.on, Some(OnInsert::DuplicateKeyUpdate(_))));
            let from = named.map(|source| reader.query(source, &[])).unwrap_or_default();
            relations.extend(from.relations);
            Frame { relations, is_open: from.is_open, ..Frame::default() }
        });
        self.targets(insert.columns.iter());
        self.assignments(&insert.assignments);
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => self.assignments(assignments),
            Some(OnInsert::OnConflict(conflict)) => {
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    self.assignments(&update.assignments);
                }
            }
            _ => {}
        }
        if let Some(source) = &insert.source {
            self.count_values(insert, source);
        }
    }

    /// Holds the values of each row against the columns that are named.
    fn count_values(&mut self, insert: &Insert, source: &Query) {
        let SetExpr::Values(values) = &*source.body else { return };
        let columns = insert.columns.len();
        let is_other = |row: &&sqlparser::ast::Parens<Vec<Expr>>| row.content.len() != columns;
        if let Some(row) = values.rows.iter().find(is_other).filter(|_| columns > 0) {
            let message =
                format!("{columns} columns are named, and {} values given", row.content.len());
            let span = row.content.first().map_or_else(Span::empty, |value| value.span());
            if span != Span::empty() {
                self.faults.push((span, Fault::new(message)));
            }
        }
    }

    fn update(&mut self, update: &Update) {
        self.enter(|reader| {
            let mut relations = reader.from(std::slice::from_ref(&update.table), &[]);
            if let Some(
                UpdateTableFromKind::AfterSet(from) | UpdateTableFromKind::BeforeSet(from),
            ) = &update.from
            {
                relations.extend(reader.from(from, &[]));
            }
            Frame { relations, ..Frame::default() }
        });
        self.assignments(&update.assignments);
    }

    fn delete(&mut self, delete: &Delete) {
        self.enter(|reader| {
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            let mut relations = match &delete.using {
                // MySQL names aliases of what stands behind USING.
                Some(_) if reader.catalog.dialect() == hypostyle::sql::Dialect::Mysql => Vec::new(),
                _ => reader.from(from, &[]),
            };
            relations.extend(reader.from(delete.using.as_deref().unwrap_or_default(), &[]));
            Frame { relations, ..Frame::default() }
        });
    }

    fn assignments(&mut self, assignments: &[Assignment]) {
        for assignment in assignments {
            match &assignment.target {
                AssignmentTarget::ColumnName(name) => self.targets(std::iter::once(name)),
                AssignmentTarget::Tuple(names) => self.targets(names.iter()),
            }
        }
    }

    /// Looks up columns that are written to.
    fn targets<'n>(&mut self, names: impl Iterator<Item = &'n ObjectName>) {
        for name in names {
            let parts: Vec<Ident> =
                name.0.iter().filter_map(|part| part.as_ident().cloned()).collect();
            match &parts[..] {
                [column] => self.column(column),
                // Of PostgreSQL it is a field of a column, of MySQL a column of a table.
                [first, _] if self.frame_has(first) => {}
                [..] => self.qualified(&parts),
            }
        }
    }

    fn frame_has(&self, column: &Ident) -> bool {
        self.frames.last().is_some_and(|frame| has_column(frame, &column.value) != Some(false))
    }

    /// Looks up a column by its name alone.
    fn column(&mut self, name: &Ident) {
        let is_always = ALWAYS.iter().any(|known| known.eq_ignore_ascii_case(&name.value));
        let is_variable = name.value.starts_with('@');
        let is_known = |frame: &Frame| {
            let is = |known: &String| known.eq_ignore_ascii_case(&name.value);
            has_column(frame, &name.value) != Some(false)
                || frame.aliases.iter().any(is)
                || frame.relations.iter().any(|relation| is(&relation.alias))
        };
        if is_always
            || is_variable
            || name.span == Span::empty()
            || self.frames.iter().any(is_known)
        {
            return;
        }
        let frames = self.frames.iter().rev();
        let near = frames.flat_map(|frame| &frame.relations);
        let columns: Vec<String> =
            near.filter_map(|relation| relation.columns.clone()).flatten().collect();
        let tables = self.tables();
        let message = match &tables[..] {
            [] => format!("no column `{}`, and no table to have it", name.value),
            _ => format!("no column `{}` in {}", name.value, tables.join(", ")),
        };
        self.faults
            .push((name.span, wrong(message, hint(&name.value, columns.iter(), "there are"))));
    }

    /// Looks up a column by its table's name and its own.
    fn qualified(&mut self, parts: &[Ident]) {
        let [.., table, column] = parts else { return };
        let mut relations = self.frames.iter().rev().flat_map(|frame| &frame.relations);
        let found = relations.find(|known| known.alias.eq_ignore_ascii_case(&table.value)).cloned();
        let is_open = self.frames.iter().any(|frame| {
            frame.is_open || frame.relations.iter().any(|relation| relation.alias.is_empty())
        });
        match found {
            Some(Relation { columns: None, .. }) => {}
            Some(Relation { columns: Some(columns), alias }) => {
                let is_there =
                    columns.iter().any(|known| known.eq_ignore_ascii_case(&column.value));
                let is_always =
                    ALWAYS.iter().any(|known| known.eq_ignore_ascii_case(&column.value));
                if !is_there && !is_always {
                    let message = format!("no column `{}` in `{alias}`", column.value);
                    let help = hint(&column.value, columns.iter(), &format!("`{alias}` has"));
                    self.faults.push((column.span, wrong(message, help)));
                }
            }
            // It may be a field of a column, or a table of a schema that is written out.
            None if is_open || parts.len() > 2 || self.is_column(&table.value) => {}
            None => {
                let known: Vec<String> = self.aliases();
                let help = hint(&table.value, known.iter(), "there are");
                let message = format!("no table or alias `{}` in this statement", table.value);
                self.faults.push((table.span, wrong(message, help)));
            }
        }
    }

    fn is_column(&self, name: &str) -> bool {
        self.frames.iter().any(|frame| has_column(frame, name) != Some(false))
    }

    fn aliases(&self) -> Vec<String> {
        let relations = self.frames.iter().rev().flat_map(|frame| &frame.relations);
        let mut aliases: Vec<String> = Vec::new();
        for alias in relations.map(|relation| &relation.alias).filter(|alias| *alias != "excluded")
        {
            if !aliases.contains(alias) {
                aliases.push(alias.clone());
            }
        }
        aliases
    }

    fn tables(&self) -> Vec<String> {
        self.aliases().iter().map(|alias| format!("`{alias}`")).collect()
    }
}

impl Visitor for Resolver<'_> {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            Statement::Query(_) => self.frames.push(Frame::default()),
            _ => self.frames.push(Frame { is_open: true, ..Frame::default() }),
        }
        ControlFlow::Continue(())
    }

    fn post_visit_statement(&mut self, _: &Statement) -> ControlFlow<()> {
        self.leave()
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.enter(|reader| reader.query(query, &[]));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.leave()
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.enter(|reader| reader.select(select, &[]));
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
        self.leave()
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::Identifier(name) if !self.fields.contains(&name.span) => self.column(name),
            Expr::CompoundIdentifier(parts) => self.qualified(parts),
            Expr::CompoundFieldAccess { access_chain, .. } => {
                let fields = access_chain.iter().filter_map(|access| match access {
                    AccessExpr::Dot(field) => Some(field.span()),
                    AccessExpr::Subscript(_) => None,
                });
                self.fields.extend(fields);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// Tells whether a frame has a column; nothing where it may have any.
fn has_column(frame: &Frame, name: &str) -> Option<bool> {
    let known = frame.relations.iter().filter_map(|relation| relation.columns.as_ref());
    if known.flatten().any(|column| column.eq_ignore_ascii_case(name)) {
        return Some(true);
    }
    let is_open =
        frame.is_open || frame.relations.iter().any(|relation| relation.columns.is_none());
    if is_open { None } else { Some(false) }
}
