//! What a model says of the rows that belong to its own.

use std::collections::HashSet;

use super::Described;
use super::model::Model;
use super::names::{escaped, plural, snake, unused};
use crate::export::is_unique;
use crate::{Action, ForeignKey};

impl Model {
    /// The row of another table that one column names.
    pub(super) fn reference(
        &mut self,
        key: &ForeignKey,
        tables: &[Described<'_>],
        taken: &mut HashSet<String>,
    ) -> Vec<String> {
        let Some(target) = model_named(tables, &key.referenced_table) else {
            self.unsaid.push(format!("the reference to `{}`", key.referenced_table));
            return Vec::new();
        };
        let column = key.columns.first().map(String::as_str).unwrap_or_default();
        let mut options = vec![format!("references = {}", target.name)];
        options.extend(said_of(key));
        let stem = snake(column);
        let stem = stem.strip_suffix("_id").filter(|stem| !stem.is_empty()).unwrap_or(&stem);
        let name =
            if taken.contains(stem) { snake(&key.referenced_table) } else { stem.to_owned() };
        options.push(format!("relation = {}", escaped(&unused(name, taken))));
        options
    }

    /// Rows of other tables that several columns of this one name.
    pub(super) fn belonging(
        &mut self,
        it: &Described<'_>,
        tables: &[Described<'_>],
        taken: &mut HashSet<String>,
    ) {
        for key in it.table.foreign_keys.iter().filter(|key| key.columns.len() > 1) {
            let target = model_named(tables, &key.referenced_table);
            let told = target.and_then(|target| Some((target, naming_fields(it, key, target)?)));
            let Some((target, fields)) = told else {
                self.unsaid.push(format!("the reference to `{}`", key.referenced_table));
                continue;
            };
            let name = escaped(&unused(snake(target.table.bare_name()), taken));
            let mut options = format!("{name} = {}, by({})", target.name, fields.join(", "));
            for option in said_of(key) {
                options += &format!(", {option}");
            }
            self.options.push(format!("belongs_to({options})"));
        }
    }

    /// Relations of the rows that name this table's.
    pub(super) fn related(
        &mut self,
        it: &Described<'_>,
        tables: &[Described<'_>],
        taken: &mut HashSet<String>,
    ) {
        for other in tables.iter().filter(|other| other.is_model) {
            for key in &other.table.foreign_keys {
                let names_it = model_named(tables, &key.referenced_table)
                    .is_some_and(|target| target.name == it.name);
                let fields = naming_fields(other, key, it).filter(|_| names_it);
                let (Some(fields), Some(column)) = (fields, key.columns.first()) else { continue };
                let is_unique = is_unique(other.table, &key.columns);
                let name = snake(other.table.bare_name());
                let (word, name) = match is_unique {
                    true => ("has_one", name),
                    false => ("has_many", plural(&name)),
                };
                let name = match taken.contains(&name) {
                    true => format!("{name}_by_{}", snake(column)),
                    false => name,
                };
                let name = escaped(&unused(name, taken));
                let by = match fields.as_slice() {
                    [field] => format!("by = {field}"),
                    fields => format!("by({})", fields.join(", ")),
                };
                self.options.push(format!("{word}({name} = {}, {by})", other.name));
            }
        }
    }
}

/// What is said of a reference beside what it names.
fn said_of(key: &ForeignKey) -> Vec<String> {
    let mut options: Vec<String> =
        key.name.iter().map(|name| format!("constraint = {name:?}")).collect();
    for (word, action) in [("on_delete", key.on_delete), ("on_update", key.on_update)] {
        if action != Action::NoAction {
            options.push(format!("{word} = {:?}", action.sql().to_ascii_lowercase()));
        }
    }
    options
}

/// The fields that hold the primary key of another table, in the order of its columns.
fn naming_fields<'a>(
    it: &'a Described<'_>,
    key: &ForeignKey,
    target: &Described<'_>,
) -> Option<Vec<&'a str>> {
    let referenced = match key.referenced_columns.as_slice() {
        [] => &target.table.primary_key,
        named => named,
    };
    let parts = target.columns.iter().filter(|(column, _)| column.primary_key.is_some());
    let fields: Option<Vec<&str>> = parts
        .map(|(column, _)| {
            let at = referenced.iter().position(|name| name.eq_ignore_ascii_case(&column.name))?;
            it.field(key.columns.get(at)?)
        })
        .collect();
    fields.filter(|fields| fields.len() == key.columns.len())
}

fn model_named<'t, 'a>(tables: &'t [Described<'a>], name: &str) -> Option<&'t Described<'a>> {
    let mut models = tables.iter().filter(|table| table.is_model);
    models.find(|table| table.table.name.eq_ignore_ascii_case(name))
}
