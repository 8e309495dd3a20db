//! Changes: what they are of, and how they are turned around.

use crate::{
    Check, Column, Definition, Domain, Enumeration, Extension, ForeignKey, Index, Sequence,
    Subject, SubjectKind, Table, TableOption, Trigger,
};

/// A change of a schema. Both sides are kept whole, so that each can be made from the other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name and its fields' types say")]
#[expect(clippy::large_enum_variant, reason = "there are few of them, and most are large")]
pub enum Change {
    CreateSchema(String),
    DropSchema(String),
    CreateExtension(Extension),
    DropExtension(Extension),
    AlterExtension {
        from: Extension,
        to: Extension,
    },
    CreateEnumeration(Enumeration),
    DropEnumeration(Enumeration),
    AlterEnumeration {
        from: Enumeration,
        to: Enumeration,
    },
    CreateDomain(Domain),
    DropDomain(Domain),
    AlterDomain {
        from: Domain,
        to: Domain,
    },
    CreateSequence(Sequence),
    DropSequence(Sequence),
    AlterSequence {
        from: Sequence,
        to: Sequence,
    },
    CreateTable(Table),
    DropTable(Table),
    AlterTable(Box<TableChange>),
    CreateView(Table),
    DropView(Table),
    ReplaceView {
        from: Table,
        to: Table,
    },
    CreateDefinition(Definition),
    DropDefinition(Definition),
    ReplaceDefinition {
        from: Definition,
        to: Definition,
    },
    /// What the model does not carry, of a table or of the database: a plan only says so.
    Beyond {
        table: Option<String>,
        from: Vec<String>,
        to: Vec<String>,
    },
}

/// The changes of one table that is on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableChange {
    /// The table before.
    pub from: Table,
    /// The table after.
    pub to: Table,
    /// What differs.
    pub parts: Vec<Part>,
}

/// A difference between two states of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name and its fields' types say")]
#[expect(clippy::large_enum_variant, reason = "there are few of them, and most are large")]
pub enum Part {
    Rename,
    AddColumn(Column),
    DropColumn(Column),
    RenameColumn { from: String, to: String },
    AlterColumn { from: Column, to: Column },
    PrimaryKey { from: Vec<String>, to: Vec<String> },
    AddIndex(Index),
    DropIndex(Index),
    NoteIndex { from: Index, to: Index },
    AddForeignKey(ForeignKey),
    DropForeignKey(ForeignKey),
    AddCheck(Check),
    DropCheck(Check),
    Options { from: Vec<TableOption>, to: Vec<TableOption> },
    Storage,
    Comment { from: Option<String>, to: Option<String> },
    AddTrigger(Trigger),
    DropTrigger(Trigger),
    AddDefinition(Definition),
    DropDefinition(Definition),
}

impl Change {
    /// Turns the change around: what leads back. Data that is lost is not brought back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        use Change as C;
        match self.clone() {
            C::CreateSchema(it) => C::DropSchema(it),
            C::DropSchema(it) => C::CreateSchema(it),
            C::CreateExtension(it) => C::DropExtension(it),
            C::DropExtension(it) => C::CreateExtension(it),
            C::AlterExtension { from, to } => C::AlterExtension { from: to, to: from },
            C::CreateEnumeration(it) => C::DropEnumeration(it),
            C::DropEnumeration(it) => C::CreateEnumeration(it),
            C::AlterEnumeration { from, to } => C::AlterEnumeration { from: to, to: from },
            C::CreateDomain(it) => C::DropDomain(it),
            C::DropDomain(it) => C::CreateDomain(it),
            C::AlterDomain { from, to } => C::AlterDomain { from: to, to: from },
            C::CreateSequence(it) => C::DropSequence(it),
            C::DropSequence(it) => C::CreateSequence(it),
            C::AlterSequence { from, to } => C::AlterSequence { from: to, to: from },
            C::CreateTable(it) => C::DropTable(it),
            C::DropTable(it) => C::CreateTable(it),
            C::AlterTable(it) => C::AlterTable(Box::new(it.reversed())),
            C::CreateView(it) => C::DropView(it),
            C::DropView(it) => C::CreateView(it),
            C::ReplaceView { from, to } => C::ReplaceView { from: to, to: from },
            C::CreateDefinition(it) => C::DropDefinition(it),
            C::DropDefinition(it) => C::CreateDefinition(it),
            C::ReplaceDefinition { from, to } => C::ReplaceDefinition { from: to, to: from },
            C::Beyond { table, from, to } => C::Beyond { table, from: to, to: from },
        }
    }

    /// Answers what dependencies know its object by, where they do.
    pub(crate) fn subject(&self) -> Option<Subject> {
        let named = |kind, schema: &str, name: &str| {
            Some(Subject { kind, schema: schema.to_owned(), name: name.to_owned() })
        };
        match self {
            Self::CreateEnumeration(it)
            | Self::DropEnumeration(it)
            | Self::AlterEnumeration { to: it, .. } => {
                named(SubjectKind::Type, &it.schema, &it.name)
            }
            Self::CreateDomain(it) | Self::DropDomain(it) | Self::AlterDomain { to: it, .. } => {
                named(SubjectKind::Type, &it.schema, &it.name)
            }
            Self::CreateSequence(it)
            | Self::DropSequence(it)
            | Self::AlterSequence { to: it, .. } => {
                named(SubjectKind::Relation, &it.schema, &it.name)
            }
            Self::CreateTable(it)
            | Self::DropTable(it)
            | Self::CreateView(it)
            | Self::DropView(it)
            | Self::ReplaceView { to: it, .. } => Some(it.subject()),
            Self::AlterTable(it) => Some(it.to.subject()),
            Self::CreateDefinition(it)
            | Self::DropDefinition(it)
            | Self::ReplaceDefinition { to: it, .. } => Some(it.subject()),
            _ => None,
        }
    }

    /// Says what it does, a sentence for each part.
    pub fn sentences(&self) -> Vec<String> {
        let one = |words: &str, name: &str| vec![format!("{words} `{name}`")];
        match self {
            Self::CreateSchema(name) => one("create schema", name),
            Self::DropSchema(name) => one("drop schema", name),
            Self::CreateExtension(it) => one("create extension", &it.name),
            Self::DropExtension(it) => one("drop extension", &it.name),
            Self::AlterExtension { to, .. } => one("move extension", &to.name),
            Self::CreateEnumeration(it) => one("create type", &it.name),
            Self::DropEnumeration(it) => one("drop type", &it.name),
            Self::AlterEnumeration { to, .. } => one("change the labels of type", &to.name),
            Self::CreateDomain(it) => one("create domain", &it.name),
            Self::DropDomain(it) => one("drop domain", &it.name),
            Self::AlterDomain { to, .. } => one("change domain", &to.name),
            Self::CreateSequence(it) => one("create sequence", &it.name),
            Self::DropSequence(it) => one("drop sequence", &it.name),
            Self::AlterSequence { from, to } if from.name != to.name => {
                vec![format!("rename sequence `{}` to `{}`", from.name, to.name)]
            }
            Self::AlterSequence { to, .. } => one("change sequence", &to.name),
            Self::CreateTable(it) => one("create table", &it.name),
            Self::DropTable(it) => one("drop table", &it.name),
            Self::AlterTable(it) => it.parts.iter().map(|part| part.sentence(it)).collect(),
            Self::CreateView(it) => one(&format!("create {}", it.kind.words()), &it.name),
            Self::DropView(it) => one(&format!("drop {}", it.kind.words()), &it.name),
            Self::ReplaceView { to, .. } => one(&format!("replace {}", to.kind.words()), &to.name),
            Self::CreateDefinition(it) => one(&format!("create {}", it.kind.words()), &it.name),
            Self::DropDefinition(it) => one(&format!("drop {}", it.kind.words()), &it.name),
            Self::ReplaceDefinition { to, .. } => {
                one(&format!("replace {}", to.kind.words()), &to.name)
            }
            Self::Beyond { table, from, to } => {
                let of = table.as_ref().map_or_else(String::new, |table| format!(" of `{table}`"));
                let only = |these: &[String], those: &[String], words: &str| -> Vec<String> {
                    let only = these.iter().filter(|it| !those.contains(it));
                    only.map(|it| format!("{words} by hand{of}: {it}")).collect()
                };
                [only(from, to, "undo"), only(to, from, "make")].concat()
            }
        }
    }
}

impl TableChange {
    /// Turns the change around.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let parts = self.parts.iter().map(Part::reversed).collect();
        Self { from: self.to.clone(), to: self.from.clone(), parts }
    }

    /// Answers the new name of a column of the table before; `None` where it is dropped.
    pub fn new_name<'a>(&'a self, column: &'a str) -> Option<&'a str> {
        for part in &self.parts {
            match part {
                Part::RenameColumn { from, to } if from == column => return Some(to),
                Part::DropColumn(gone) if gone.name == column => return None,
                _ => {}
            }
        }
        Some(column)
    }
}

impl Part {
    /// Turns the difference around.
    #[must_use]
    pub fn reversed(&self) -> Self {
        use Part as P;
        match self.clone() {
            P::Rename => P::Rename,
            P::AddColumn(it) => P::DropColumn(it),
            P::DropColumn(it) => P::AddColumn(it),
            P::RenameColumn { from, to } => P::RenameColumn { from: to, to: from },
            P::AlterColumn { from, to } => P::AlterColumn { from: to, to: from },
            P::PrimaryKey { from, to } => P::PrimaryKey { from: to, to: from },
            P::AddIndex(it) => P::DropIndex(it),
            P::DropIndex(it) => P::AddIndex(it),
            P::NoteIndex { from, to } => P::NoteIndex { from: to, to: from },
            P::AddForeignKey(it) => P::DropForeignKey(it),
            P::DropForeignKey(it) => P::AddForeignKey(it),
            P::AddCheck(it) => P::DropCheck(it),
            P::DropCheck(it) => P::AddCheck(it),
            P::Options { from, to } => P::Options { from: to, to: from },
            P::Storage => P::Storage,
            P::Comment { from, to } => P::Comment { from: to, to: from },
            P::AddTrigger(it) => P::DropTrigger(it),
            P::DropTrigger(it) => P::AddTrigger(it),
            P::AddDefinition(it) => P::DropDefinition(it),
            P::DropDefinition(it) => P::AddDefinition(it),
        }
    }

    /// Says what it does to its table.
    pub fn sentence(&self, change: &TableChange) -> String {
        let table = &change.to.name;
        let columns = |names: &[String]| names.join(", ");
        let named = |name: Option<&String>| name.map_or_else(String::new, |n| format!(" `{n}`"));
        match self {
            Self::Rename => format!("rename table `{}` to `{table}`", change.from.name),
            Self::AddColumn(it) => format!("add column `{table}.{}`", it.name),
            Self::DropColumn(it) => format!("drop column `{table}.{}`", it.name),
            Self::RenameColumn { from, to } => format!("rename column `{table}.{from}` to `{to}`"),
            Self::AlterColumn { from, to } => {
                format!("change {} of `{table}.{}`", differing(from, to).join(", "), to.name)
            }
            Self::PrimaryKey { to, .. } if to.is_empty() => {
                format!("drop the primary key of `{table}`")
            }
            Self::PrimaryKey { to, .. } => {
                format!("make ({}) the primary key of `{table}`", columns(to))
            }
            Self::AddIndex(it) => format!("add {} `{}` to `{table}`", it.words(), it.name),
            Self::DropIndex(it) => format!("drop {} `{}` of `{table}`", it.words(), it.name),
            Self::NoteIndex { to, .. } => {
                format!("change the comment of {} `{}` of `{table}`", to.words(), to.name)
            }
            Self::AddForeignKey(it) => format!(
                "add a foreign key from `{table}` ({}) to `{}`",
                columns(&it.columns),
                it.referenced_table
            ),
            Self::DropForeignKey(it) => format!(
                "drop the foreign key from `{table}` ({}) to `{}`",
                columns(&it.columns),
                it.referenced_table
            ),
            Self::AddCheck(it) => {
                format!("add the check{} ({}) to `{table}`", named(it.name.as_ref()), it.expression)
            }
            Self::DropCheck(it) => {
                format!(
                    "drop the check{} ({}) of `{table}`",
                    named(it.name.as_ref()),
                    it.expression
                )
            }
            Self::Options { .. } | Self::Storage => format!("change the options of `{table}`"),
            Self::Comment { .. } => format!("change the comment of `{table}`"),
            Self::AddTrigger(it) => format!("add trigger `{}` to `{table}`", it.name),
            Self::DropTrigger(it) => format!("drop trigger `{}` of `{table}`", it.name),
            Self::AddDefinition(it) => {
                format!("add {} `{}` to `{table}`", it.kind.words(), it.name)
            }
            Self::DropDefinition(it) => {
                format!("drop {} `{}` of `{table}`", it.kind.words(), it.name)
            }
        }
    }
}

/// Names what differs between two states of a column.
fn differing(from: &Column, to: &Column) -> Vec<&'static str> {
    let differs = [
        (from.declared != to.declared || from.kind != to.kind, "the type"),
        (from.nullable != to.nullable, "whether NULL is allowed"),
        (from.default != to.default, "the default"),
        (from.generated != to.generated, "the expression"),
        (from.identity != to.identity || from.numbering != to.numbering, "the numbering"),
        (from.collation != to.collation, "the collation"),
        (from.on_update != to.on_update, "the value on update"),
        (from.comment != to.comment, "the comment"),
        (from.hidden != to.hidden, "the visibility"),
        (from.inherited != to.inherited, "the parent"),
        (from.labels != to.labels && from.declared == to.declared, "the labels"),
    ];
    differs.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect()
}
