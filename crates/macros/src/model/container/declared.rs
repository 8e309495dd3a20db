//! The relations that a structure declares.

use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Path, Result, Token};

use crate::attributes::once;
use crate::model::field::action;

/// A relation to other models.
pub(in crate::model) struct Declared {
    pub(in crate::model) kind: DeclaredKind,
    pub(in crate::model) name: Ident,
    pub(in crate::model) target: Path,
}

pub(in crate::model) enum DeclaredKind {
    HasMany { by: Vec<Ident> },
    HasOne { by: Vec<Ident> },
    ManyToMany { link: Path, this: Vec<Ident>, other: Vec<Ident> },
    BelongsTo { by: Vec<Ident>, acts: Acts },
}

/// What is said of a reference of several columns.
#[derive(Default)]
pub(in crate::model) struct Acts {
    pub(in crate::model) on_delete: Option<Ident>,
    pub(in crate::model) on_update: Option<Ident>,
    pub(in crate::model) constraint: Option<String>,
}

/// The parts of a relation as they are read.
#[derive(Default)]
struct Parts {
    named: Option<(Ident, Path)>,
    by: Option<Vec<Ident>>,
    through: Option<(Path, Vec<Ident>, Vec<Ident>)>,
    acts: Acts,
}

impl Declared {
    pub(super) fn read(option: &ParseNestedMeta<'_>, kind: &str) -> Result<Self> {
        let mut parts = Parts::default();
        option.parse_nested_meta(|part| parts.read(&part, kind))?;
        let shape = match kind {
            "many_to_many" => "many_to_many(tags = Tag, through = PostTag(post_id, tag_id))",
            "has_one" => "has_one(profile = Profile, by = user_id)",
            "belongs_to" => "belongs_to(line = OrderLine, by(order_id, line_no))",
            _ => "has_many(posts = Post, by = author_id)",
        };
        let incomplete = || option.error(format!("the relation is not whole; write `{shape}`"));
        let (name, target) = parts.named.ok_or_else(incomplete)?;
        let by = parts.by.ok_or_else(incomplete);
        let kind = match kind {
            "many_to_many" => {
                let (link, this, other) = parts.through.ok_or_else(incomplete)?;
                DeclaredKind::ManyToMany { link, this, other }
            }
            "has_one" => DeclaredKind::HasOne { by: by? },
            "belongs_to" => DeclaredKind::BelongsTo { by: several(by?)?, acts: parts.acts },
            _ => DeclaredKind::HasMany { by: by? },
        };
        Ok(Self { kind, name, target })
    }
}

impl Parts {
    fn read(&mut self, part: &ParseNestedMeta<'_>, kind: &str) -> Result<()> {
        let Some(name) = part.path.get_ident().cloned() else {
            return Err(part.error("a relation is `name = Model`"));
        };
        let is_many_to_many = kind == "many_to_many";
        match name.to_string().as_str() {
            "by" if !is_many_to_many => {
                let by = if part.input.peek(syn::token::Paren) {
                    names(part.input)?
                } else {
                    vec![part.value()?.parse()?]
                };
                once(part, &mut self.by, by)
            }
            "through" if is_many_to_many => {
                let link = part.value()?.call(Path::parse_mod_style)?;
                let ends;
                syn::parenthesized!(ends in part.input);
                let ends = ends.parse_terminated(End::parse, Token![,])?;
                let ends: Vec<End> = ends.into_iter().collect();
                let [this, other] = <[End; 2]>::try_from(ends).map_err(|_| {
                    part.error("name two fields: the one with this model's key, then the other's")
                })?;
                once(part, &mut self.through, (link, this.0, other.0))
            }
            "on_delete" if kind == "belongs_to" => {
                once(part, &mut self.acts.on_delete, action(part)?)
            }
            "on_update" if kind == "belongs_to" => {
                once(part, &mut self.acts.on_update, action(part)?)
            }
            "constraint" if kind == "belongs_to" => {
                let name = part.value()?.parse::<LitStr>()?.value();
                once(part, &mut self.acts.constraint, name)
            }
            _ => {
                let target = part.value()?.call(Path::parse_mod_style)?;
                once(part, &mut self.named, (name, target))
            }
        }
    }
}

/// The fields that hold one key: one, or several in brackets.
struct End(Vec<Ident>);

impl Parse for End {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        match input.peek(syn::token::Paren) {
            true => names(input).map(Self),
            false => Ok(Self(vec![input.parse()?])),
        }
    }
}

fn names(input: ParseStream<'_>) -> Result<Vec<Ident>> {
    let names;
    let brackets = syn::parenthesized!(names in input);
    let names: Vec<Ident> = names.parse_terminated(Ident::parse, Token![,])?.into_iter().collect();
    match names.len() {
        1..=4 => Ok(names),
        _ => {
            let message = "a key has one to four columns: name as many fields";
            Err(syn::Error::new(brackets.span.join(), message))
        }
    }
}

fn several(by: Vec<Ident>) -> Result<Vec<Ident>> {
    match by.as_slice() {
        [field] => {
            let message = "one field names a row by itself: mark it with \
                           #[model(references = Model, relation = name)]";
            Err(syn::Error::new(field.span(), message))
        }
        _ => Ok(by),
    }
}
