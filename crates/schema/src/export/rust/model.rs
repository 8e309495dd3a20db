//! What a model says of its table, in the words of `#[model(…)]`.

use std::collections::HashSet;

use hypostyle_core::Type;
use hypostyle_sql::Dialect;

use super::Described;
use super::names::{CASES, Case};
use crate::create::usual_type;
use crate::{Column, Identity, Index, IndexedBy, Origin};

/// The options of a structure and of its fields.
pub(super) struct Model {
    case: Option<Case>,
    pub(super) options: Vec<String>,
    pub(super) of_fields: Vec<String>,
    /// What the options have no words for.
    pub(super) unsaid: Vec<String>,
}

impl Model {
    pub(super) fn of(it: &Described<'_>, tables: &[Described<'_>], dialect: Dialect) -> Self {
        let bare = |field: &str| field.trim_start_matches("r#").to_owned();
        let is_plain = it.columns.iter().all(|(column, field)| bare(field) == column.name);
        let case = CASES.into_iter().filter(|_| !is_plain).find(|(_, case)| {
            let bare = |field: &str| case(field.trim_start_matches("r#"));
            it.columns.iter().all(|(column, field)| bare(field) == column.name)
        });
        let mut model = Self {
            case: case.map(|(_, case)| case),
            options: Vec::new(),
            of_fields: Vec::new(),
            unsaid: Vec::new(),
        };
        let mut taken: HashSet<String> =
            it.columns.iter().map(|(_, field)| field.trim_start_matches("r#").to_owned()).collect();
        model.place(it, dialect);
        if let (Some((name, _)), Some(first)) = (case, model.options.first_mut()) {
            *first += &format!(", rename_all = {name:?}");
        }
        for (column, field) in &it.columns {
            let options = model.field(it, (column, field), tables, dialect, &mut taken);
            model.of_fields.push(options);
        }
        model.indexes(it);
        model.checks(it);
        model.belonging(it, tables, &mut taken);
        model.related(it, tables, &mut taken);
        model.beyond(it);
        model
    }

    fn place(&mut self, it: &Described<'_>, dialect: Dialect) {
        let mut place = format!("table = {:?}", it.table.bare_name());
        let is_usual = ["", "public", "main"].contains(&it.table.schema.as_str());
        if !is_usual && (dialect.is_postgres() || dialect == Dialect::DuckDb) {
            place += &format!(", schema = {:?}", it.table.schema);
        }
        self.options.push(place);
    }

    fn field(
        &mut self,
        it: &Described<'_>,
        (column, field): (&Column, &str),
        tables: &[Described<'_>],
        dialect: Dialect,
        taken: &mut HashSet<String>,
    ) -> String {
        let mut options = Vec::new();
        let is_only_key = it.table.primary_key.len() == 1;
        if column.primary_key.is_some() {
            options.push("key".to_owned());
            let is_whole = matches!(column.kind, Type::I64 | Type::U64);
            let is_uuid = column.kind == Type::Uuid;
            if column.identity == Some(Identity::Autoincrement) {
                options.push("autoincrement".to_owned());
            }
            if column.nullable && !is_numbered(it, column, dialect) {
                options.push("nullable".to_owned());
            }
            if is_only_key && (is_uuid || (is_whole && !is_numbered(it, column, dialect))) {
                options.push("natural".to_owned());
            }
        }
        let bare = field.trim_start_matches("r#");
        if self.case.map_or(bare.to_owned(), |case| case(bare)) != column.name {
            options.push(format!("rename = {:?}", column.name));
        }
        options.extend(kind(column, dialect));
        if let Some(collation) = &column.collation {
            options.push(format!("collate = {collation:?}"));
        }
        if let Some(expression) = column.generated.as_ref().and_then(|it| it.expression.as_ref()) {
            options.push(format!("generated = {expression:?}"));
        } else if let Some(default) = &column.default {
            options.push(format!("default_sql = {default:?}"));
        }
        for key in it.table.foreign_keys.iter().filter(|key| key.columns == [column.name.clone()]) {
            options.extend(self.reference(key, tables, taken));
        }
        options.join(", ")
    }

    fn indexes(&mut self, it: &Described<'_>) {
        for index in &it.table.indexes {
            match index.origin {
                Origin::PrimaryKey => {}
                Origin::Created => match of_index(it, index) {
                    Some(options) => self.options.push(format!("index({options})")),
                    None => self.unsaid.push(format!("the index `{}`", index.name)),
                },
                Origin::Unique => match of_index(it, index) {
                    Some(options) => self.options.push(format!("unique({options}, constraint)")),
                    None => self.unsaid.push(format!("the unique constraint `{}`", index.name)),
                },
            }
        }
    }

    fn checks(&mut self, it: &Described<'_>) {
        for check in &it.table.checks {
            match &check.name {
                Some(name) => self
                    .options
                    .push(format!("check(name = {name:?}, condition = {:?})", check.expression)),
                None => self.options.push(format!("check = {:?}", check.expression)),
            }
        }
    }

    fn beyond(&mut self, it: &Described<'_>) {
        let triggers = it.table.triggers.iter();
        self.unsaid.extend(triggers.map(|trigger| format!("the trigger `{}`", trigger.name)));
    }
}

/// Tells whether the engine numbers the rows: SQLite does it of itself for its row number.
fn is_numbered(it: &Described<'_>, column: &Column, dialect: Dialect) -> bool {
    column.identity.is_some()
        || (dialect == Dialect::Sqlite
            && column.declared.eq_ignore_ascii_case("INTEGER")
            && !it.table.without_rowid)
}

/// What the type of a column says beyond the type of its field.
fn kind(column: &Column, dialect: Dialect) -> Option<String> {
    let declared = column.declared.to_ascii_lowercase();
    // SQLite keeps the words of a type, to the letter.
    let words = if dialect == Dialect::Sqlite {
        [["varchar", "varchar"], ["decimal", "decimal"]]
    } else {
        [["varchar", "character varying"], ["decimal", "numeric"]]
    };
    let bracket = |word: &str| {
        let rest = declared.strip_prefix(word)?.trim_start().strip_prefix('(')?;
        rest.strip_suffix(')').map(|inside| inside.trim().to_owned())
    };
    let is_kept = |ours: &str| dialect != Dialect::Sqlite || column.declared == ours;
    let [length, digits] = words.map(|words| words.into_iter().find_map(bracket));
    if column.kind == Type::Text
        && let Some(length) = length.filter(|length| length.parse::<u32>().is_ok())
        && is_kept(&format!("varchar({length})"))
    {
        return Some(format!("length = {length}"));
    }
    if column.kind == Type::Decimal
        && let Some((all, behind)) = digits.as_deref().and_then(|digits| digits.split_once(','))
        && let (all, behind) = (all.trim(), behind.trim())
        && is_kept(&format!("decimal({all}, {behind})"))
    {
        return Some(format!("precision({all}, {behind})"));
    }
    let is_whole = column.kind == Type::I64 && dialect != Dialect::Sqlite;
    let usual = usual_type(column.kind, dialect).unwrap_or_default();
    match is_whole || declared.is_empty() || usual.eq_ignore_ascii_case(&declared) {
        true => None,
        false => Some(format!("type = {:?}", column.declared)),
    }
}

/// An index in the words of the model, as far as it has them.
fn of_index(it: &Described<'_>, index: &Index) -> Option<String> {
    let mut options = Vec::new();
    for part in &index.parts {
        let is_plain = part.collation.is_none() && part.class.is_none() && part.prefix.is_none();
        match (&part.by, part.descending) {
            (IndexedBy::Column(column), descending) if is_plain => {
                let field = it.field(column)?;
                options.push(if descending { format!("{field}(desc)") } else { field.to_owned() });
            }
            (IndexedBy::Expression(text), false) if is_plain => {
                options.push(format!("expression = {text:?}"));
            }
            _ => return None,
        }
    }
    if index.unique && index.origin == Origin::Created {
        options.push("unique".to_owned());
    }
    if index.nulls_not_distinct || !index.options.is_empty() || index.unused {
        return None;
    }
    let include: Option<Vec<&str>> = index.include.iter().map(|column| it.field(column)).collect();
    let include = include?;
    if !include.is_empty() {
        options.push(format!("include({})", include.join(", ")));
    }
    options.extend(index.predicate.iter().map(|text| format!("only = {text:?}")));
    let method = index.method.iter().filter(|method| *method != "btree");
    options.extend(method.map(|method| format!("using = {method:?}")));
    if !index.name.starts_with("sqlite_") && !index.name.is_empty() {
        options.push(format!("name = {:?}", index.name));
    }
    Some(options.join(", "))
}
