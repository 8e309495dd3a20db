//! The attributes of a structure.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Ident, LitStr, Path, Result, Token, parse_quote};

use crate::attributes::{case, once, unknown};
use crate::case::Case;

const KNOWN: &str = "a model takes `table`, `schema`, `database`, `rename_all`, `new`, `new_derive(…)`, \
                     `validate`, `check`, `index(…)`, `unique(…)`, `has_many(…)`, `has_one(…)`, \
                     `many_to_many(…)` and `crate`";

/// The options of a model.
pub(super) struct Container {
    pub(super) found_in: Path,
    pub(super) table: String,
    pub(super) schema: Option<String>,
    pub(super) database: Option<String>,
    pub(super) rename_all: Option<Case>,
    pub(super) validate: bool,
    pub(super) checks: Vec<(Option<String>, String)>,
    pub(super) indexes: Vec<Index>,
    pub(super) relations: Vec<Declared>,
    pub(super) new_derives: Vec<Path>,
    new: Option<Ident>,
}

/// An index over several columns.
#[derive(Default)]
pub(super) struct Index {
    pub(super) unique: bool,
    /// Whether it is a constraint of the table.
    pub(super) constraint: bool,
    pub(super) parts: Vec<Part>,
    pub(super) name: Option<String>,
    pub(super) condition: Option<String>,
    pub(super) method: Option<String>,
    pub(super) include: Vec<Named>,
}

/// A field, or one of an embedded structure: `address.city`.
pub(super) type Named = Punctuated<Ident, Token![.]>;

/// What an index is sorted by.
pub(super) enum Part {
    Column(Named, bool),
    Expression(String),
}

/// A relation to other models.
pub(super) struct Declared {
    pub(super) kind: DeclaredKind,
    pub(super) name: Ident,
    pub(super) target: Path,
}

pub(super) enum DeclaredKind {
    HasMany { by: Ident },
    HasOne { by: Ident },
    ManyToMany { link: Path, this: Ident, other: Ident },
}

impl Container {
    pub(super) fn read(input: &DeriveInput) -> Result<Self> {
        let mut read = Self {
            found_in: parse_quote!(::hypostyle::model),
            table: Case::Snake.of(&input.ident.to_string()),
            schema: None,
            database: None,
            rename_all: None,
            validate: false,
            checks: Vec::new(),
            indexes: Vec::new(),
            relations: Vec::new(),
            new_derives: Vec::new(),
            new: None,
        };
        let ours = input.attrs.iter().filter(|attribute| attribute.path().is_ident("model"));
        for attribute in ours {
            attribute.parse_nested_meta(|option| read.option(&option))?;
        }
        Ok(read)
    }

    fn option(&mut self, option: &ParseNestedMeta<'_>) -> Result<()> {
        let Some(name) = option.path.get_ident().map(ToString::to_string) else {
            return Err(unknown(option, KNOWN));
        };
        let text = || Ok::<_, syn::Error>(option.value()?.parse::<LitStr>()?.value());
        match name.as_str() {
            "crate" => self.found_in = option.value()?.call(Path::parse_mod_style)?,
            "table" => self.table = text()?,
            "schema" => once(option, &mut self.schema, text()?)?,
            "database" => once(option, &mut self.database, text()?)?,
            "rename_all" => {
                once(option, &mut self.rename_all, case(&option.value()?.parse()?)?)?;
            }
            "new" => once(option, &mut self.new, option.value()?.parse()?)?,
            "new_derive" => {
                let paths;
                syn::parenthesized!(paths in option.input);
                let paths = paths.parse_terminated(Path::parse_mod_style, Token![,])?;
                self.new_derives.extend(paths);
            }
            "validate" => self.validate = true,
            "check" if option.input.peek(syn::token::Paren) => {
                self.checks.push(named_check(option)?)
            }
            "check" => self.checks.push((None, text()?)),
            "index" => self.indexes.push(Index::read(option, false)?),
            "unique" => self.indexes.push(Index::read(option, true)?),
            "has_many" | "has_one" | "many_to_many" => {
                self.relations.push(Declared::read(option, &name)?);
            }
            _ => return Err(unknown(option, KNOWN)),
        }
        Ok(())
    }

    pub(super) fn new_name(&self, name: &Ident) -> Ident {
        self.new.clone().unwrap_or_else(|| format_ident!("New{name}"))
    }

    pub(super) fn new_derives(&self) -> TokenStream {
        let derives = &self.new_derives;
        quote!(#(#derives),*)
    }
}

fn named_check(option: &ParseNestedMeta<'_>) -> Result<(Option<String>, String)> {
    let (mut name, mut condition) = (None, None);
    option.parse_nested_meta(|part| {
        let text = part.value()?.parse::<LitStr>()?.value();
        match part.path.get_ident().map(ToString::to_string).as_deref() {
            Some("name") => once(&part, &mut name, text),
            Some("condition") => once(&part, &mut condition, text),
            _ => Err(unknown(&part, "a check takes `name = …` and `condition = …`")),
        }
    })?;
    match condition {
        Some(condition) => Ok((name, condition)),
        None => Err(option.error("a check needs a condition: `check(name = …, condition = …)`")),
    }
}

impl Index {
    /// The columns that it names, by their fields.
    pub(super) fn columns(&self) -> impl Iterator<Item = &Named> {
        let parts = self.parts.iter().filter_map(|part| match part {
            Part::Column(named, _) => Some(named),
            Part::Expression(_) => None,
        });
        parts.chain(&self.include)
    }

    fn read(option: &ParseNestedMeta<'_>, unique: bool) -> Result<Self> {
        let mut index = Self { unique, ..Self::default() };
        option.parse_nested_meta(|part| {
            let Some(name) = part.path.get_ident().cloned() else {
                return Err(part.error("an index names columns by their fields"));
            };
            let text = || Ok::<_, syn::Error>(part.value()?.parse::<LitStr>()?.value());
            if part.input.peek(Token![=]) {
                match name.to_string().as_str() {
                    "name" => index.name = Some(text()?),
                    "only" => index.condition = Some(text()?),
                    "using" => index.method = Some(text()?),
                    "expression" => index.parts.push(Part::Expression(text()?)),
                    _ => {
                        let known = "an index takes fields, `field(desc)`, `embedded.field`, `expression = …`, \
                                     `name = …`, `only = …`, `using = …`, `include(…)`, `unique`, `constraint`";
                        return Err(unknown(&part, known));
                    }
                }
                return Ok(());
            }
            if !part.input.peek(syn::token::Paren) && (name == "unique" || name == "constraint") {
                index.unique = true;
                index.constraint |= name == "constraint";
                return Ok(());
            }
            if name == "include" && part.input.peek(syn::token::Paren) {
                let names;
                syn::parenthesized!(names in part.input);
                index.include.extend(
                    names.parse_terminated(|input| Named::parse_separated_nonempty_with(input, Ident::parse_any), Token![,])?,
                );
                return Ok(());
            }
            let mut named = Named::new();
            named.push_value(name);
            while part.input.peek(Token![.]) {
                named.push_punct(part.input.parse()?);
                named.push_value(part.input.call(Ident::parse_any)?);
            }
            let mut descending = false;
            if part.input.peek(syn::token::Paren) {
                part.parse_nested_meta(|direction| {
                    descending = direction.path.is_ident("desc");
                    match descending || direction.path.is_ident("asc") {
                        true => Ok(()),
                        false => Err(direction.error("a direction is `asc` or `desc`")),
                    }
                })?;
            }
            index.parts.push(Part::Column(named, descending));
            Ok(())
        })?;
        match index.parts.is_empty() {
            true => Err(option.error("an index needs a field or an expression")),
            false => Ok(index),
        }
    }
}

impl Declared {
    fn read(option: &ParseNestedMeta<'_>, kind: &str) -> Result<Self> {
        let (mut named, mut by, mut through) = (None, None, None);
        option.parse_nested_meta(|part| {
            let Some(name) = part.path.get_ident().cloned() else {
                return Err(part.error("a relation is `name = Model`"));
            };
            if name == "by" && kind != "many_to_many" {
                once(&part, &mut by, part.value()?.parse::<Ident>()?)
            } else if name == "through" && kind == "many_to_many" {
                let link = part.value()?.call(Path::parse_mod_style)?;
                let names;
                syn::parenthesized!(names in part.input);
                let names = names.parse_terminated(Ident::parse, Token![,])?;
                let names: Vec<Ident> = names.into_iter().collect();
                let [this, other] = <[Ident; 2]>::try_from(names).map_err(|_| {
                    part.error("name two fields: the one with this model's key, then the other's")
                })?;
                once(&part, &mut through, (link, this, other))
            } else {
                let target = part.value()?.call(Path::parse_mod_style)?;
                once(&part, &mut named, (name, target))
            }
        })?;
        let shape = match kind {
            "many_to_many" => "many_to_many(tags = Tag, through = PostTag(post_id, tag_id))",
            "has_one" => "has_one(profile = Profile, by = user_id)",
            _ => "has_many(posts = Post, by = author_id)",
        };
        let incomplete = || option.error(format!("the relation is not whole; write `{shape}`"));
        let (name, target) = named.ok_or_else(incomplete)?;
        let kind = match kind {
            "many_to_many" => {
                let (link, this, other) = through.ok_or_else(incomplete)?;
                DeclaredKind::ManyToMany { link, this, other }
            }
            "has_one" => DeclaredKind::HasOne { by: by.ok_or_else(incomplete)? },
            _ => DeclaredKind::HasMany { by: by.ok_or_else(incomplete)? },
        };
        Ok(Self { kind, name, target })
    }
}

use syn::parse::Parse;
