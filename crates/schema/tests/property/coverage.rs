//! Which fields of the model were seen to differ. The lists are taken from the structs themselves: a
//! new field does not compile until it stands here.

use std::collections::BTreeMap;

use hypostyle::schema::{
    Action, Check, Column, Definition, DefinitionKind, Domain, Enumeration, Extension, ForeignKey,
    Generated, Identity, Index, IndexPart, IndexedBy, Nulls, Origin, Schema, Sequence,
    SequenceOptions, Storage, Table, TableKind, TableOption, Timing, Trigger,
};

/// How often each field differed, and each variant stood on one side alone.
#[derive(Default)]
pub(crate) struct Coverage {
    counts: BTreeMap<String, usize>,
}

/// Notes of each field of a struct whether it differs.
macro_rules! fields {
    ($coverage:expr, $kind:ident { $($field:ident),+ $(,)? }, $from:expr, $to:expr) => {{
        let $kind { $($field),+ } = $from;
        $($coverage.note(
            concat!(stringify!($kind), ".", stringify!($field)),
            $field != &$to.$field,
        );)+
    }};
}

/// Notes of each variant of an enum whether it stands on one side alone. A variant of an enum that
/// says it may grow is met by the last arm.
macro_rules! variants {
    ($coverage:expr, $kind:ident { $($variant:ident),+ $(,)? } $(or $rest:pat)?, $from:expr, $to:expr) => {{
        let name = |value: &$kind| match value {
            $($kind::$variant { .. } => stringify!($variant),)+
            $($rest => unreachable!("a variant that the tests do not know: {value:?}"),)?
        };
        let (from, to) = ($from.map(name), $to.map(name));
        $(
            let is = |name: Option<&str>| name == Some(stringify!($variant));
            $coverage.note(
                concat!(stringify!($kind), "::", stringify!($variant)),
                is(from) != is(to),
            );
        )+
    }};
}

impl Coverage {
    /// Knows all fields, none of which has differed.
    pub(crate) fn new() -> Self {
        let mut coverage = Self::default();
        let whole = sample();
        coverage.schema(&whole, &whole);
        coverage
    }

    /// Names the fields that never differed though the engine has them, and those that did though it
    /// is said to lack them.
    pub(crate) fn wrong(&self, lacking: &[(&str, &str)]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (name, count) in &self.counts {
            let is_lacking = lacking.iter().any(|(lacking, _)| lacking == name);
            match (is_lacking, count) {
                (false, 0) => wrong.push(format!("{name} never differed")),
                (true, 1..) => wrong.push(format!("{name} differed, and is said to be lacking")),
                _ => {}
            }
        }
        let unknown = lacking.iter().filter(|(name, _)| !self.counts.contains_key(*name));
        wrong.extend(unknown.map(|(name, _)| format!("{name} is no field")));
        wrong
    }

    /// How many fields and variants differed.
    pub(crate) fn differed(&self) -> usize {
        self.counts.values().filter(|count| **count > 0).count()
    }

    fn note(&mut self, name: &str, differs: bool) {
        *self.counts.entry(name.to_owned()).or_default() += usize::from(differs);
    }

    pub(crate) fn schema(&mut self, from: &Schema, to: &Schema) {
        fields!(
            self,
            Schema {
                schemas,
                extensions,
                enumerations,
                domains,
                sequences,
                tables,
                definitions,
                dependencies,
                beyond
            },
            from,
            to
        );
        for (from, to) in paired(&from.extensions, &to.extensions, |it| &it.name) {
            fields!(self, Extension { name, schema, version }, from, to);
        }
        for (from, to) in paired(&from.enumerations, &to.enumerations, |it| &it.name) {
            fields!(self, Enumeration { schema, name, labels, comment }, from, to);
        }
        for (from, to) in paired(&from.domains, &to.domains, |it| &it.name) {
            fields!(
                self,
                Domain { schema, name, declared, not_null, default, collation, checks, comment },
                from,
                to
            );
        }
        for (from, to) in paired(&from.sequences, &to.sequences, |it| &it.name) {
            fields!(self, Sequence { schema, name, options, owned_by, comment }, from, to);
            self.options(&from.options, &to.options);
        }
        for (from, to) in paired(&from.tables, &to.tables, |it| &it.name) {
            self.table(from, to);
        }
        self.definitions(&from.definitions, &to.definitions);
    }

    fn definitions(&mut self, from: &[Definition], to: &[Definition]) {
        for (from, to) in paired(from, to, |it| &it.name) {
            fields!(self, Definition { kind, schema, name, sql, drop, comment }, from, to);
            variants!(
                self,
                DefinitionKind {
                    Other, Collation, Type, Function, Procedure, Aggregate, Operator, Cast,
                    TextSearch, Macro, Event, EventTrigger, Constraint, Rule, Policy, Statistics, Publication,
                } or _,
                Some(&from.kind),
                Some(&to.kind)
            );
        }
    }

    fn options(&mut self, from: &SequenceOptions, to: &SequenceOptions) {
        fields!(
            self,
            SequenceOptions { declared, start, increment, minimum, maximum, cache, cycle },
            from,
            to
        );
    }

    fn table(&mut self, from: &Table, to: &Table) {
        fields!(
            self,
            Table {
                schema,
                name,
                relation,
                kind,
                columns,
                primary_key,
                foreign_keys,
                indexes,
                checks,
                strict,
                without_rowid,
                sql,
                problem,
                inherited,
                comment,
                options,
                triggers,
                definitions,
                beyond,
            },
            from,
            to
        );
        variants!(
            self,
            TableKind { Table, View, Virtual, Partitioned, MaterializedView, Foreign } or _,
            Some(&from.kind),
            Some(&to.kind)
        );
        for (from, to) in paired(&from.columns, &to.columns, |it| &it.name) {
            self.column(from, to);
        }
        for (from, to) in paired(&from.foreign_keys, &to.foreign_keys, |it| &it.columns) {
            self.foreign_key(from, to);
        }
        for (from, to) in paired(&from.indexes, &to.indexes, |it| &it.name) {
            self.index(from, to);
        }
        for (from, to) in paired(&from.checks, &to.checks, |it| &it.name) {
            fields!(
                self,
                Check { name, expression, no_inherit, not_valid, not_enforced },
                from,
                to
            );
        }
        for (from, to) in paired(&from.options, &to.options, |it| &it.name) {
            fields!(self, TableOption { name, value }, from, to);
        }
        for (from, to) in paired(&from.triggers, &to.triggers, |it| &it.name) {
            fields!(self, Trigger { name, sql, enabled, comment }, from, to);
        }
        self.definitions(&from.definitions, &to.definitions);
    }

    fn column(&mut self, from: &Column, to: &Column) {
        fields!(
            self,
            Column {
                name,
                declared,
                kind,
                nullable,
                default,
                generated,
                identity,
                numbering,
                collation,
                on_update,
                labels,
                comment,
                primary_key,
                hidden,
                inherited,
            },
            from,
            to
        );
        let (before, after) = (&from.generated, &to.generated);
        if let (Some(from), Some(to)) = (before, after) {
            fields!(self, Generated { storage, expression }, from, to);
        }
        let storage = |it: &Option<Generated>| it.as_ref().map(|it| it.storage);
        let (before, after) = (storage(before), storage(after));
        variants!(self, Storage { Virtual, Stored }, before.as_ref(), after.as_ref());
        variants!(
            self,
            Identity { Always, ByDefault, Autoincrement },
            from.identity.as_ref(),
            to.identity.as_ref()
        );
    }

    fn foreign_key(&mut self, from: &ForeignKey, to: &ForeignKey) {
        fields!(
            self,
            ForeignKey {
                name,
                columns,
                referenced_table,
                referenced_columns,
                on_update,
                on_delete,
                on_delete_columns,
                timing,
                match_full,
                not_valid,
            },
            from,
            to
        );
        variants!(
            self,
            Action { NoAction, Restrict, SetNull, SetDefault, Cascade },
            Some(&from.on_delete),
            Some(&to.on_delete)
        );
        variants!(
            self,
            Timing { Immediate, Deferrable, Deferred },
            Some(&from.timing),
            Some(&to.timing)
        );
    }

    fn index(&mut self, from: &Index, to: &Index) {
        fields!(
            self,
            Index {
                name,
                unique,
                origin,
                parts,
                predicate,
                method,
                include,
                nulls_not_distinct,
                timing,
                options,
                unused,
                comment,
            },
            from,
            to
        );
        variants!(
            self,
            Origin { Created, Unique, PrimaryKey },
            Some(&from.origin),
            Some(&to.origin)
        );
        for (from, to) in from.parts.iter().zip(&to.parts) {
            fields!(self, IndexPart { by, descending, collation, nulls, class, prefix }, from, to);
            variants!(self, IndexedBy { Column, Expression }, Some(&from.by), Some(&to.by));
            variants!(self, Nulls { First, Last }, from.nulls.as_ref(), to.nulls.as_ref());
        }
    }
}

/// Pairs by name, then what is left by its place.
fn paired<'s, T, N: PartialEq>(
    from: &'s [T],
    to: &'s [T],
    name: impl Fn(&T) -> &N,
) -> Vec<(&'s T, &'s T)> {
    let mut left: Vec<&T> = to.iter().collect();
    let (mut pairs, mut unpaired) = (Vec::new(), Vec::new());
    for one in from {
        match left.iter().position(|other| name(other) == name(one)) {
            Some(at) => pairs.push((one, left.remove(at))),
            None => unpaired.push(one),
        }
    }
    pairs.extend(unpaired.into_iter().zip(left));
    pairs
}

/// A schema with one of everything.
fn sample() -> Schema {
    let generated = Generated { storage: Storage::Stored, expression: None };
    let table = Table {
        columns: vec![Column { generated: Some(generated), ..Column::default() }],
        foreign_keys: vec![ForeignKey::default()],
        indexes: vec![Index { parts: vec![IndexPart::default()], ..Index::default() }],
        checks: vec![Check::default()],
        options: vec![TableOption::default()],
        triggers: vec![Trigger::default()],
        ..Table::default()
    };
    Schema {
        extensions: vec![Extension::default()],
        enumerations: vec![Enumeration::default()],
        domains: vec![Domain::default()],
        sequences: vec![Sequence::default()],
        tables: vec![table],
        definitions: vec![Definition::default()],
        ..Schema::default()
    }
}
