//! The expansion of `#[derive(FromRow)]`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, Error, Fields, FieldsNamed, Generics, Ident, Index, Path, Result, Type,
    WhereClause, parse_quote,
};

use crate::attributes::{Container, Field, Source};

/// Makes the implementation of `FromRow` for a structure.
///
/// # Errors
/// What cannot be read from a row, at its place in the source; of several fields all at once.
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let named = named_fields(input)?;
    if let Some(lifetime) = input.generics.lifetimes().next() {
        let message =
            "FromRow makes values that outlive their row; use owned types, as String for &str";
        return Err(Error::new_spanned(lifetime, message));
    }
    let container = Container::read(&input.attrs)?;
    let fields = read_fields(named, &container)?;
    if fields.iter().all(|field| matches!(field.source, Source::Default)) {
        return Err(Error::new_spanned(
            &input.ident,
            "FromRow finds no field to read from a column",
        ));
    }
    Ok(implementation(input, &container.found_in, &fields))
}

fn named_fields(input: &DeriveInput) -> Result<&FieldsNamed> {
    let refused = |what: &str| {
        let message =
            format!("FromRow is derived for structures with named fields, and this is {what}");
        Err(Error::new_spanned(&input.ident, message))
    };
    match &input.data {
        Data::Struct(structure) => match &structure.fields {
            Fields::Named(named) => Ok(named),
            Fields::Unnamed(_) => refused("a tuple structure; tuples themselves read by position"),
            Fields::Unit => refused("a structure without fields"),
        },
        Data::Enum(_) => refused("an enum"),
        Data::Union(_) => refused("a union"),
    }
}

fn read_fields<'a>(named: &'a FieldsNamed, container: &Container) -> Result<Vec<Field<'a>>> {
    let mut fields = Vec::with_capacity(named.named.len());
    let mut errors: Option<Error> = None;
    for field in &named.named {
        match (Field::read(field, container), &mut errors) {
            (Ok(field), _) => fields.push(field),
            (Err(error), Some(errors)) => errors.combine(error),
            (Err(error), None) => errors = Some(error),
        }
    }
    errors.map_or(Ok(fields), Err)
}

fn implementation(input: &DeriveInput, found_in: &Path, fields: &[Field<'_>]) -> TokenStream {
    let name = &input.ident;
    let where_clause = where_clause(&input.generics, found_in, fields);
    let (impl_generics, type_generics, _) = input.generics.split_for_impl();
    let resolved = fields.iter().enumerate().filter_map(|(at, field)| resolve(&field.source, at));
    let (positions, resolutions): (Vec<_>, Vec<_>) = resolved.unzip();
    let reads = reads(fields);
    quote! {
        #[automatically_derived]
        impl #impl_generics #found_in::FromRow for #name #type_generics #where_clause {
            type Plan = (#(#positions,)*);

            fn plan(columns: &::std::sync::Arc<#found_in::Columns>) -> #found_in::Result<Self::Plan> {
                ::std::result::Result::Ok((#(#resolutions,)*))
            }

            #[inline]
            fn read(row: #found_in::Row<'_>, plan: &Self::Plan) -> #found_in::Result<Self> {
                ::std::result::Result::Ok(Self { #(#reads,)* })
            }
        }
    }
}

/// The type of a place in the plan, and how it is found among the columns: first where the field
/// stands in the structure.
fn resolve(source: &Source, at: usize) -> Option<(TokenStream, TokenStream)> {
    match source {
        Source::Column(column) => Some((quote!(usize), quote!(columns.index_near(#column, #at)?))),
        Source::ColumnOrDefault(column) => {
            Some((quote!(::std::option::Option<usize>), quote!(columns.find(#column))))
        }
        Source::Default => None,
    }
}

/// The fields with what gives their values, in the order of the plan.
fn reads(fields: &[Field<'_>]) -> Vec<TokenStream> {
    let mut places = (0..).map(Index::from);
    let mut next_place = || places.next().into_token_stream();
    let reads = fields.iter().map(|field| {
        let Field { name, kind, source } = field;
        // A type that cannot be read is reported where it stands.
        let span = kind.span().resolved_at(Span::call_site());
        let value = match source {
            Source::Column(_) => {
                let place = next_place();
                quote_spanned!(span=> row.read::<#kind>(plan.#place)?)
            }
            Source::ColumnOrDefault(_) => {
                let place = next_place();
                quote_spanned! {span=>
                    match plan.#place {
                        ::std::option::Option::Some(column) => row.read::<#kind>(column)?,
                        ::std::option::Option::None => <#kind as ::std::default::Default>::default(),
                    }
                }
            }
            Source::Default => quote_spanned!(span=> <#kind as ::std::default::Default>::default()),
        };
        quote!(#name: #value)
    });
    reads.collect()
}

/// The structure's own conditions, and that its generic fields can be read.
fn where_clause(generics: &Generics, found_in: &Path, fields: &[Field<'_>]) -> WhereClause {
    let mut clause = generics.where_clause.clone().unwrap_or_else(|| parse_quote!(where));
    let parameters: Vec<&Ident> =
        generics.type_params().map(|parameter| &parameter.ident).collect();
    for Field { kind, source, .. } in
        fields.iter().filter(|field| mentions(field.kind, &parameters))
    {
        if !matches!(source, Source::Default) {
            let predicate = parse_quote!(#kind: for<'value> #found_in::FromValue<'value>);
            clause.predicates.push(predicate);
        }
        if !matches!(source, Source::Column(_)) {
            clause.predicates.push(parse_quote!(#kind: ::std::default::Default));
        }
    }
    clause
}

fn mentions(kind: &Type, parameters: &[&Ident]) -> bool {
    fn any(tokens: TokenStream, parameters: &[&Ident]) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => parameters.contains(&&ident),
            TokenTree::Group(group) => any(group.stream(), parameters),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    any(kind.to_token_stream(), parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expands and compares, without regard to white space.
    #[track_caller]
    fn check(input: &str, expect: &str) {
        let expanded = expand(&syn::parse_str(input).unwrap()).unwrap().to_string();
        let packed = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(packed(&expanded), packed(expect));
    }

    /// Compares the errors, each with the text it points at.
    #[track_caller]
    fn refuses(input: &str, expect: &[(&str, &str)]) {
        let errors = expand(&syn::parse_str(input).unwrap()).unwrap_err();
        let errors: Vec<(String, String)> = errors
            .into_iter()
            .map(|error| (error.span().source_text().unwrap_or_default(), error.to_string()))
            .collect();
        let found: Vec<(&str, &str)> = errors.iter().map(|(at, text)| (&**at, &**text)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn fields_are_resolved_once_and_read_by_position() {
        check(
            "struct Person { id: i64, #[from_row(rename = \"n\")] name: String }",
            "#[automatically_derived]
            impl ::hypostyle::FromRow for Person {
                type Plan = (usize, usize,);
                fn plan(columns: &::std::sync::Arc<::hypostyle::Columns>)
                    -> ::hypostyle::Result<Self::Plan>
                {
                    ::std::result::Result::Ok((columns.index_near(\"id\", 0usize)?, columns.index_near(\"n\", 1usize)?,))
                }
                #[inline]
                fn read(row: ::hypostyle::Row<'_>, plan: &Self::Plan) -> ::hypostyle::Result<Self> {
                    ::std::result::Result::Ok(Self {
                        id: row.read::<i64>(plan.0)?,
                        name: row.read::<String>(plan.1)?,
                    })
                }
            }",
        );
    }

    #[test]
    fn options_change_names_defaults_and_paths() {
        check(
            "#[from_row(crate = facade::data, rename_all = \"camelCase\")]
            struct Page<T> where T: Clone {
                #[from_row(skip)] seen: bool,
                #[from_row(default)] next_item: Option<T>,
                r#type: u8,
            }",
            "#[automatically_derived]
            impl<T> facade::data::FromRow for Page<T>
            where
                T: Clone,
                Option<T>: for<'value> facade::data::FromValue<'value>,
                Option<T>: ::std::default::Default
            {
                type Plan = (::std::option::Option<usize>, usize,);
                fn plan(columns: &::std::sync::Arc<facade::data::Columns>)
                    -> facade::data::Result<Self::Plan>
                {
                    ::std::result::Result::Ok((columns.find(\"nextItem\"), columns.index_near(\"type\", 2usize)?,))
                }
                #[inline]
                fn read(row: facade::data::Row<'_>, plan: &Self::Plan)
                    -> facade::data::Result<Self>
                {
                    ::std::result::Result::Ok(Self {
                        seen: <bool as ::std::default::Default>::default(),
                        next_item: match plan.0 {
                            ::std::option::Option::Some(column) => row.read::<Option<T>>(column)?,
                            ::std::option::Option::None =>
                                <Option<T> as ::std::default::Default>::default(),
                        },
                        r#type: row.read::<u8>(plan.1)?,
                    })
                }
            }",
        );
    }

    #[test]
    fn what_has_no_named_fields_is_refused() {
        let is = "FromRow is derived for structures with named fields, and this is";
        refuses("enum Kind { A }", &[("Kind", &format!("{is} an enum"))]);
        refuses("union Bits { a: u8 }", &[("Bits", &format!("{is} a union"))]);
        refuses("struct Unit;", &[("Unit", &format!("{is} a structure without fields"))]);
        let tuple = format!("{is} a tuple structure; tuples themselves read by position");
        refuses("struct Pair(i64, i64);", &[("Pair", &tuple)]);
        let nothing = "FromRow finds no field to read from a column";
        refuses("struct Empty {}", &[("Empty", nothing)]);
        refuses("struct Skipped { #[from_row(skip)] a: u8 }", &[("Skipped", nothing)]);
        let lent =
            "FromRow makes values that outlive their row; use owned types, as String for &str";
        refuses("struct Lent<'a> { name: &'a str }", &[("'a", lent)]);
    }

    #[test]
    fn options_that_do_not_exist_are_refused_where_they_stand() {
        refuses(
            "#[from_row(table = \"t\")] struct A { a: u8 }",
            &[("table", "no such option: a structure takes `crate = …` and `rename_all = …`")],
        );
        refuses(
            "#[from_row(rename_all = \"Title Case\")] struct A { a: u8 }",
            &[(
                "\"Title Case\"",
                "no such case; there are camelCase, PascalCase, snake_case, SCREAMING_SNAKE_CASE, kebab-case",
            )],
        );
        let known = "no such option: a field takes `rename = …`, `default` and `skip`";
        refuses(
            "struct A { #[from_row(flatten)] a: u8, #[from_row(name = \"x\")] b: u8 }",
            &[("flatten", known), ("name", known)],
        );
        let twice = "the option is given twice";
        refuses("struct A { #[from_row(skip, skip)] a: u8 }", &[("skip", twice)]);
        let skipped = "a skipped field has no column: leave out `rename` and `default`";
        refuses("struct A { #[from_row(skip, default)] a: u8 }", &[("a", skipped)]);
    }
}
