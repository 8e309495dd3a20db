//! The attributes of a field.

mod value;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Ident, LitInt, LitStr, Path, Result, Type, Visibility};

pub(super) use self::value::Default;
use self::value::{action, precision, prefix};
use super::last_word;
use crate::attributes::{once, unknown};
use crate::case::Case;

const KNOWN: &str = "a field takes `key`, `natural`, `autoincrement`, `nullable`, `rename`, `type`, `collate`, `length`, `precision(…)`, \
                     `default`, `default_sql`, `generated`, `unique`, `index`, `check`, `references`, \
                     `on_delete`, `on_update`, `relation`, `constraint`, `created`, `updated`, `deleted`, `version`, \
                     `json`, `embed` and `skip`";

/// A field with its column.
pub(super) struct Field<'a> {
    pub(super) name: &'a Ident,
    pub(super) visibility: &'a Visibility,
    pub(super) kind: &'a Type,
    pub(super) attributes: &'a [Attribute],
    pub(super) column: String,
    renamed: bool,
    pub(super) key: bool,
    pub(super) natural: bool,
    pub(super) autoincrement: bool,
    pub(super) nullable: bool,
    pub(super) skip: bool,
    pub(super) json: bool,
    /// What stands before the names of the columns, where the field is a structure of several.
    pub(super) embed: Option<String>,
    pub(super) declared: Option<String>,
    pub(super) collation: Option<String>,
    pub(super) length: Option<u32>,
    pub(super) precision: Option<(u32, u32)>,
    pub(super) default: Option<Default>,
    pub(super) generated: Option<String>,
    pub(super) unique: bool,
    pub(super) index: bool,
    pub(super) check: Option<String>,
    pub(super) references: Option<Path>,
    pub(super) on_delete: Option<Ident>,
    pub(super) on_update: Option<Ident>,
    pub(super) relation: Option<Ident>,
    pub(super) constraint: Option<String>,
    role: Option<&'static str>,
}

impl<'a> Field<'a> {
    pub(super) fn read(field: &'a syn::Field, rename_all: Option<Case>) -> Result<Self> {
        let Some(name) = &field.ident else {
            return Err(Error::new_spanned(field, "the field has no name"));
        };
        let unraw = name.unraw().to_string();
        let mut read = Self {
            name,
            visibility: &field.vis,
            kind: &field.ty,
            attributes: &field.attrs,
            column: rename_all.map_or(unraw.clone(), |case| case.of(&unraw)),
            renamed: false,
            key: false,
            natural: false,
            autoincrement: false,
            nullable: false,
            skip: false,
            json: false,
            embed: None,
            declared: None,
            collation: None,
            length: None,
            precision: None,
            default: None,
            generated: None,
            unique: false,
            index: false,
            check: None,
            references: None,
            on_delete: None,
            on_update: None,
            relation: None,
            constraint: None,
            role: None,
        };
        let ours = field.attrs.iter().filter(|attribute| attribute.path().is_ident("model"));
        for attribute in ours {
            attribute.parse_nested_meta(|option| read.option(&option))?;
        }
        read.check()?;
        Ok(read)
    }

    fn option(&mut self, option: &ParseNestedMeta<'_>) -> Result<()> {
        let Some(name) = option.path.get_ident().map(ToString::to_string) else {
            return Err(unknown(option, KNOWN));
        };
        let text = || Ok::<_, Error>(option.value()?.parse::<LitStr>()?.value());
        match name.as_str() {
            "key" => self.key = true,
            "natural" => self.natural = true,
            "autoincrement" => self.autoincrement = true,
            "nullable" => self.nullable = true,
            "skip" => self.skip = true,
            "json" => self.json = true,
            "embed" => {
                let prefix = prefix(option)?.unwrap_or_else(|| format!("{}_", self.column));
                once(option, &mut self.embed, prefix)?;
            }
            "unique" => self.unique = true,
            "index" => self.index = true,
            "rename" => (self.column, self.renamed) = (text()?, true),
            "type" => once(option, &mut self.declared, text()?)?,
            "collate" => once(option, &mut self.collation, text()?)?,
            "length" => {
                let length = option.value()?.parse::<LitInt>()?.base10_parse()?;
                once(option, &mut self.length, length)?;
            }
            "precision" => once(option, &mut self.precision, precision(option)?)?,
            "default" => once(option, &mut self.default, Default::read(option)?)?,
            "default_sql" => once(option, &mut self.default, Default::Sql(text()?))?,
            "generated" => once(option, &mut self.generated, text()?)?,
            "check" => once(option, &mut self.check, text()?)?,
            "references" => {
                let model = option.value()?.call(Path::parse_mod_style)?;
                once(option, &mut self.references, model)?;
            }
            "on_delete" => once(option, &mut self.on_delete, action(option)?)?,
            "on_update" => once(option, &mut self.on_update, action(option)?)?,
            "relation" => once(option, &mut self.relation, option.value()?.parse()?)?,
            "constraint" => once(option, &mut self.constraint, text()?)?,
            "created" => once(option, &mut self.role, "created")?,
            "updated" => once(option, &mut self.role, "updated")?,
            "deleted" => once(option, &mut self.role, "deleted")?,
            "version" => once(option, &mut self.role, "version")?,
            _ => return Err(unknown(option, KNOWN)),
        }
        Ok(())
    }

    /// Holds the options to each other and to the field's type.
    fn check(&self) -> Result<()> {
        let refuse = |message: &str| Err(Error::new(self.name.span(), message));
        if self.embed.is_some() && !self.is_bare() {
            return refuse(
                "an embedded structure has columns of its own: say this of its fields, or of the model",
            );
        }
        let is_optional = self.option_of().is_some();
        if self.key && is_optional {
            return refuse("a key is never NULL: leave out the Option");
        }
        if self.skip && (self.key || self.role.is_some() || self.references.is_some()) {
            return refuse("a skipped field has no column: leave out its other options");
        }
        if self.natural && !self.key {
            return refuse("`natural` says of a key that the program gives it: add `key`");
        }
        if self.autoincrement && !(self.key && self.is_integer()) {
            return refuse(
                "`autoincrement` says of a key that its numbers are never given again: add `key`",
            );
        }
        if self.role == Some("deleted") && !is_optional {
            return refuse(
                "when a row was deleted is an Option, as Option<Timestamp>: None while it is there",
            );
        }
        if self.role == Some("version") && !self.is_integer() {
            return refuse("a version is a whole number, as i64");
        }
        if self.references.is_none() {
            if let Some(action) = self.on_delete.as_ref().or(self.on_update.as_ref()) {
                let message = "only a reference acts: add `references = Model`";
                return Err(Error::new(action.span(), message));
            }
            if let Some(relation) = &self.relation {
                let message = "a relation goes to a model: add `references = Model`";
                return Err(Error::new(relation.span(), message));
            }
        }
        if self.generated.is_some() && self.default.is_some() {
            return refuse("a computed column has no default: leave out one of the two");
        }
        Ok(())
    }

    /// Whether nothing is said of the field's column.
    fn is_bare(&self) -> bool {
        let flags =
            [self.key, self.renamed, self.nullable, self.skip, self.json, self.unique, self.index];
        let texts = [&self.declared, &self.generated, &self.check];
        !flags.contains(&true)
            && texts.iter().all(|text| text.is_none())
            && self.length.is_none()
            && self.precision.is_none()
            && self.default.is_none()
            && self.references.is_none()
            && self.role.is_none()
    }

    /// The type inside of an `Option`.
    pub(super) fn option_of(&self) -> Option<&'a Type> {
        match last_word(self.kind) {
            Some((name, argument)) if name == "Option" => argument,
            _ => None,
        }
    }

    pub(super) fn is_integer(&self) -> bool {
        let integers = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
        last_word(self.kind).is_some_and(|(name, _)| integers.iter().any(|known| name == known))
    }

    pub(super) fn role_name(&self) -> Option<&'static str> {
        self.role
    }

    /// The type that the column is read as.
    pub(super) fn column_type(&self, here: &Path) -> TokenStream {
        let kind = self.kind;
        if self.json { quote!(#here::Json<#kind>) } else { quote!(#kind) }
    }

    /// Lends the field's value.
    pub(super) fn bind(&self, here: &Path, of: &TokenStream) -> TokenStream {
        let (name, kind) = (self.name, self.kind);
        match self.json {
            true => quote!(#here::bind_json(&#of.#name)),
            false => quote!(<#kind as #here::Field>::bind(&#of.#name)),
        }
    }
}
