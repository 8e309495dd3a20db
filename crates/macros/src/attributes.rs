//! The options in `#[from_row(…)]`, read from a structure and from its fields.

use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Ident, LitStr, Path, Result, Type, parse_quote};

use crate::case::{CASES, Case};

/// The options of a structure.
pub(crate) struct Container {
    /// Where the trait and its types are found.
    pub(crate) found_in: Path,
    rename_all: Option<Case>,
}

/// A field and where its value comes from.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) kind: &'a Type,
    pub(crate) source: Source,
}

/// Where the value of a field comes from.
pub(crate) enum Source {
    /// A column that has to be there.
    Column(String),
    /// A column, or the default where there is none.
    ColumnOrDefault(String),
    /// The default.
    Default,
}

impl Container {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut found_in = None;
        let mut rename_all = None;
        for_each_option(attributes, |option| {
            if option.path.is_ident("crate") {
                once(&option, &mut found_in, option.value()?.call(Path::parse_mod_style)?)
            } else if option.path.is_ident("rename_all") {
                once(&option, &mut rename_all, case(&option.value()?.parse()?)?)
            } else {
                Err(unknown(&option, "a structure takes `crate = …` and `rename_all = …`"))
            }
        })?;
        let found_in = found_in.unwrap_or_else(|| parse_quote!(::hypostyle));
        Ok(Self { found_in, rename_all })
    }
}

impl<'a> Field<'a> {
    pub(crate) fn read(field: &'a syn::Field, container: &Container) -> Result<Self> {
        let Some(name) = &field.ident else {
            return Err(syn::Error::new_spanned(field, "the field has no name"));
        };
        let (mut rename, mut default, mut skip) = (None, None, None);
        for_each_option(&field.attrs, |option| {
            if option.path.is_ident("rename") {
                once(&option, &mut rename, option.value()?.parse::<LitStr>()?.value())
            } else if option.path.is_ident("default") {
                once(&option, &mut default, ())
            } else if option.path.is_ident("skip") {
                once(&option, &mut skip, ())
            } else {
                Err(unknown(&option, "a field takes `rename = …`, `default` and `skip`"))
            }
        })?;
        if skip.is_some() && (rename.is_some() || default.is_some()) {
            let message = "a skipped field has no column: leave out `rename` and `default`";
            return Err(syn::Error::new(name.span(), message));
        }
        let column = rename.unwrap_or_else(|| {
            let name = name.unraw().to_string();
            container.rename_all.map_or(name.clone(), |case| case.of(&name))
        });
        let source = match (skip, default) {
            (Some(()), _) => Source::Default,
            (None, Some(())) => Source::ColumnOrDefault(column),
            (None, None) => Source::Column(column),
        };
        Ok(Self { name, kind: &field.ty, source })
    }
}

fn for_each_option(
    attributes: &[Attribute],
    mut read: impl FnMut(ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    let ours = attributes.iter().filter(|attribute| attribute.path().is_ident("from_row"));
    for attribute in ours {
        attribute.parse_nested_meta(|option| {
            read(option)?;
            Ok(())
        })?;
    }
    Ok(())
}

pub(crate) fn once<T>(option: &ParseNestedMeta<'_>, place: &mut Option<T>, value: T) -> Result<()> {
    match place.replace(value) {
        Some(_) => Err(option.error("the option is given twice")),
        None => Ok(()),
    }
}

pub(crate) fn case(written: &LitStr) -> Result<Case> {
    let name = written.value();
    CASES.iter().find(|(known, _)| *known == name).map(|(_, case)| *case).ok_or_else(|| {
        let known: Vec<&str> = CASES.iter().map(|(known, _)| *known).collect();
        syn::Error::new(written.span(), format!("no such case; there are {}", known.join(", ")))
    })
}

pub(crate) fn unknown(option: &ParseNestedMeta<'_>, known: &str) -> syn::Error {
    option.error(format!("no such option: {known}"))
}
