//! What a query reads from, and what it answers.

use sqlparser::ast::{
    Expr, Ident, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Spanned as _,
    TableAlias, TableFactor, TableWithJoins, With,
};
use sqlparser::tokenizer::Span;

use super::catalog::{Catalog, Found};
use super::wrong;
use crate::engine::Fault;

/// Something with columns that a query reads from.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// What it is called; empty where it has no name.
    pub(super) alias: String,
    /// None where any column may be there.
    pub(super) columns: Option<Vec<String>>,
}

/// What the names of one part of a statement may lead to.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub(super) relations: Vec<Relation>,
    /// Names of what the part answers, by which it may be ordered.
    pub(super) aliases: Vec<String>,
    /// Queries that stand before it.
    pub(super) with: Vec<Relation>,
    /// Any name may be there.
    pub(super) is_open: bool,
}

/// Reads relations, with the frames around, and notes names of tables that are nowhere.
pub(super) struct Reader<'c, 'f> {
    pub(super) catalog: &'c Catalog,
    pub(super) frames: &'f [Frame],
    pub(super) faults: Vec<(Span, Fault)>,
}

/// Answers the columns of a query that stands alone.
pub(super) fn outputs_alone(query: &Query, catalog: &Catalog) -> Option<Vec<String>> {
    Reader { catalog, frames: &[], faults: Vec::new() }.outputs(query, &[])
}

impl Reader<'_, '_> {
    /// Makes the frame of a whole query: what stands before it, and what its order may name.
    pub(super) fn query(&mut self, query: &Query, outer: &[Relation]) -> Frame {
        let mut with = outer.to_vec();
        with.extend(self.with(query.with.as_ref(), outer));
        match &*query.body {
            SetExpr::Select(select) => self.select(select, &with),
            body => {
                let outputs = match body {
                    SetExpr::SetOperation { .. } => self.outputs_of(body, &with),
                    _ => Some(Vec::new()),
                };
                let is_open = outputs.is_none();
                Frame { aliases: outputs.unwrap_or_default(), with, is_open, ..Frame::default() }
            }
        }
    }

    /// Makes the frame of a `SELECT`.
    pub(super) fn select(&mut self, select: &Select, with: &[Relation]) -> Frame {
        let relations = self.from(&select.from, with);
        let aliases = select.projection.iter().filter_map(|item| match item {
            SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
            _ => None,
        });
        let is_open = !select.lateral_views.is_empty();
        Frame { relations, aliases: aliases.collect(), with: with.to_vec(), is_open }
    }

    pub(super) fn from(&mut self, from: &[TableWithJoins], with: &[Relation]) -> Vec<Relation> {
        let mut relations = Vec::new();
        for each in from {
            self.factor(&each.relation, with, &mut relations);
            for join in &each.joins {
                self.factor(&join.relation, with, &mut relations);
            }
        }
        relations
    }

    fn factor(&mut self, factor: &TableFactor, with: &[Relation], into: &mut Vec<Relation>) {
        match factor {
            TableFactor::Table { name, alias, args: None, .. } => {
                let relation = self.table(name, with);
                into.push(named(relation, alias.as_ref()));
            }
            TableFactor::Derived { subquery, alias, .. } => {
                let columns = self.outputs(subquery, with);
                into.push(named(Relation { alias: String::new(), columns }, alias.as_ref()));
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                into.extend(self.from(std::slice::from_ref(table_with_joins), with));
            }
            _ => into.push(Relation { alias: String::new(), columns: None }),
        }
    }

    /// Finds a table, or a query that stands before.
    pub(super) fn table(
        &mut self,
        name: &sqlparser::ast::ObjectName,
        with: &[Relation],
    ) -> Relation {
        let last = name.0.last().and_then(|part| part.as_ident());
        let alias = last.map(|name| name.value.clone()).unwrap_or_default();
        let mut before =
            with.iter().rev().chain(self.frames.iter().rev().flat_map(|frame| &frame.with));
        if name.0.len() == 1
            && let Some(found) = before.find(|known| known.alias.eq_ignore_ascii_case(&alias))
        {
            return found.clone();
        }
        match self.catalog.find(name) {
            Found::Table(columns) => Relation { alias, columns: columns.map(<[String]>::to_vec) },
            Found::Unknown => Relation { alias, columns: None },
            Found::Missing => {
                let help = self.catalog.names().of_table(&alias);
                self.faults.push((name.span(), wrong(format!("no table `{alias}`"), help)));
                Relation { alias, columns: None }
            }
        }
    }

    /// Reads the queries that stand before; one that names itself may have any column there.
    fn with(&mut self, with: Option<&With>, outer: &[Relation]) -> Vec<Relation> {
        let mut known = outer.to_vec();
        for each in with.iter().flat_map(|with| &with.cte_tables) {
            let alias = each.alias.name.value.clone();
            let is_recursive = with.is_some_and(|with| with.recursive);
            if is_recursive {
                known.push(Relation { alias: alias.clone(), columns: None });
            }
            let columns = match each.alias.columns.is_empty() {
                true => self.outputs(&each.query, &known),
                false => None,
            };
            if is_recursive {
                known.pop();
            }
            known.push(named(Relation { alias, columns }, Some(&each.alias)));
        }
        known.split_off(outer.len())
    }

    /// Answers the names of a query's columns, or none where some are not known.
    fn outputs(&mut self, query: &Query, outer: &[Relation]) -> Option<Vec<String>> {
        let mut with = outer.to_vec();
        with.extend(self.with(query.with.as_ref(), outer));
        self.outputs_of(&query.body, &with)
    }

    fn outputs_of(&mut self, body: &SetExpr, with: &[Relation]) -> Option<Vec<String>> {
        match body {
            SetExpr::Select(select) => {
                let relations = self.from(&select.from, with);
                let items = select.projection.iter().map(|item| item_names(item, &relations));
                Some(items.collect::<Option<Vec<_>>>()?.concat())
            }
            SetExpr::Query(query) => self.outputs(query, with),
            // The names are those of the first.
            SetExpr::SetOperation { left, .. } => self.outputs_of(left, with),
            _ => None,
        }
    }
}

/// Answers the names of what one item of a `SELECT` answers.
fn item_names(item: &SelectItem, relations: &[Relation]) -> Option<Vec<String>> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(vec![alias.value.clone()]),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(vec![name.value.clone()]),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
            Some(vec![parts.last()?.value.clone()])
        }
        SelectItem::Wildcard(_) => {
            let columns = relations.iter().map(|relation| relation.columns.clone());
            Some(columns.collect::<Option<Vec<_>>>()?.concat())
        }
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
            let last: &Ident = name.0.last()?.as_ident()?;
            let is_meant = |relation: &&Relation| relation.alias.eq_ignore_ascii_case(&last.value);
            relations.iter().find(is_meant)?.columns.clone()
        }
        _ => None,
    }
}

/// Calls a relation, and its columns, as an alias does.
fn named(relation: Relation, alias: Option<&TableAlias>) -> Relation {
    let Some(alias) = alias else { return relation };
    let names = alias.columns.iter().map(|column| column.name.value.clone());
    let columns = match (relation.columns, alias.columns.len()) {
        (columns, 0) => columns,
        // Those that have no new name keep theirs.
        (Some(columns), count) => Some(names.chain(columns.into_iter().skip(count)).collect()),
        (None, _) => None,
    };
    Relation { alias: alias.name.value.clone(), columns }
}
