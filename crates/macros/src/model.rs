//! The expansion of `#[derive(Model)]`.

mod columns;
mod container;
mod definition;
mod embed;
mod field;
mod new_row;
mod relations;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, FieldsNamed, Ident, Result, Type};

use self::columns::{Columns, at_place, check_names, read_fields};
use self::container::{Container, Index};
pub(crate) use self::embed::expand as expand_embed;
use self::field::Field;

/// A structure with all its attributes read.
struct Model<'a> {
    name: &'a Ident,
    visibility: &'a syn::Visibility,
    container: Container,
    fields: Vec<Field<'a>>,
}

/// Makes the implementation of `Model` for a structure, its columns and its new row.
///
/// # Errors
/// What cannot be a column, at its place in the source; of several fields all at once.
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let named = named_fields(input, "Model")?;
    if let Some(parameter) = input.generics.params.first() {
        let message = "a model is one table: leave out its parameters";
        return Err(Error::new_spanned(parameter, message));
    }
    let container = Container::read(input)?;
    let fields = read_fields(named, container.rename_all)?;
    let model = Model { name: &input.ident, visibility: &input.vis, container, fields };
    model.check()?;
    let implementation = model.implementation();
    let from_row = model.row_reader();
    let columns = model.columns();
    let relations = relations::relations(&model)?;
    let new_row = new_row::new_row(&model);
    Ok(quote!(#implementation #from_row #columns #relations #new_row))
}

fn named_fields<'a>(input: &'a DeriveInput, derived: &str) -> Result<&'a FieldsNamed> {
    if let Data::Struct(structure) = &input.data
        && let Fields::Named(named) = &structure.fields
    {
        return Ok(named);
    }
    let message =
        format!("{derived} is derived for structures with named fields, which become columns");
    Err(Error::new_spanned(&input.ident, message))
}

impl Model<'_> {
    /// The fields as columns.
    fn stored_columns(&self) -> Columns<'_> {
        Columns { found_in: &self.container.found_in, fields: &self.fields }
    }

    /// The fields that are columns.
    fn stored(&self) -> impl Iterator<Item = &Field<'_>> {
        self.fields.iter().filter(|field| !field.skip)
    }

    fn keys(&self) -> Vec<&Field<'_>> {
        self.fields.iter().filter(|field| field.key).collect()
    }

    /// Holds the fields to each other.
    fn check(&self) -> Result<()> {
        if self.keys().is_empty() {
            let message = "a model needs a key: mark a field with #[model(key)], or several";
            return Err(Error::new(self.name.span(), message));
        }
        let roles = ["created", "updated", "deleted", "version"];
        for role in roles {
            let mut with = self.fields.iter().filter(|field| field.role_name() == Some(role));
            if let (Some(_), Some(second)) = (with.next(), with.next()) {
                let message = format!("a model has one field marked `{role}`");
                return Err(Error::new(second.name.span(), message));
            }
        }
        for named in self.container.indexes.iter().flat_map(Index::columns) {
            let field = self.fields.iter().find(|field| named.first() == Some(field.name));
            if named.len() == 1 && field.is_some_and(|field| field.embed.is_some()) {
                let message =
                    "an index is of columns: write one of the structure's, as `address.city`";
                return Err(Error::new_spanned(named, message));
            }
        }
        check_names(&self.fields)
    }

    fn is_numbered(&self, field: &Field<'_>) -> bool {
        field.key && self.keys().len() == 1 && field.is_integer() && !field.natural
    }

    fn implementation(&self) -> TokenStream {
        let (name, here) = (self.name, &self.container.found_in);
        let new_name = self.container.new_name(name);
        let definition = definition::definition(self);
        let keys = self.keys();
        let key_types = keys.iter().map(|field| field.kind);
        let key_values = keys.iter().map(|field| {
            let name = field.name;
            quote!(::std::clone::Clone::clone(&self.#name))
        });
        let (key_type, key_value) = match keys.len() {
            1 => (quote!(#(#key_types)*), quote!(#(#key_values)*)),
            _ => (quote!((#(#key_types),*)), quote!((#(#key_values),*))),
        };
        let bind = self.stored_columns().bind();
        let check = self.container.validate.then(|| check(here, &self.container.table));
        let checked = self.container.validate.then(|| {
            quote!(
                const CHECKED: bool = true;
            )
        });
        let reads = self.stored_columns().reads();
        quote! {
            #[automatically_derived]
            impl #here::Model for #name {
                type Key = #key_type;
                type New = #new_name;

                #checked

                fn definition() -> &'static #here::Definition {
                    static DEFINITION: ::std::sync::LazyLock<#here::Definition> =
                        ::std::sync::LazyLock::new(|| #definition);
                    &DEFINITION
                }

                fn key(&self) -> Self::Key {
                    #key_value
                }

                fn bind(&self, at: usize) -> #here::derive::Result<#here::Bound<'_>> {
                    #bind
                }

                fn read_at(
                    row: #here::derive::Row<'_>,
                    place: impl ::std::ops::Fn(usize) -> usize,
                ) -> #here::derive::Result<Self> {
                    ::std::result::Result::Ok(Self { #reads })
                }

                #check
            }
        }
    }

    fn row_reader(&self) -> TokenStream {
        let (name, here) = (self.name, &self.container.found_in);
        quote! {
            #[automatically_derived]
            impl #here::derive::FromRow for #name {
                type Plan = ::std::vec::Vec<usize>;

                fn plan(
                    columns: &::std::sync::Arc<#here::derive::Columns>,
                ) -> #here::derive::Result<Self::Plan> {
                    #here::places::<Self>(columns)
                }

                fn read(
                    row: #here::derive::Row<'_>,
                    plan: &Self::Plan,
                ) -> #here::derive::Result<Self> {
                    <Self as #here::Model>::read_at(row, |at| plan[at])
                }
            }
        }
    }

    /// A constant for each column, by the name of its field.
    fn columns(&self) -> TokenStream {
        let (name, here) = (self.name, &self.container.found_in);
        let quiet = quiet();
        let columns = self.stored().map(|field| {
            let (visibility, field_name, column) = (field.visibility, field.name, &field.column);
            let kind = field.column_type(here);
            if let Some(prefix) = &field.embed {
                let doc = format!("The columns of the embedded `{field_name}`.");
                let embedded = quote!(#here::Embedded::at::<Here>());
                let embedded = at_place(here, prefix, &embedded);
                return quote! {
                    #[doc = #doc]
                    #quiet
                    #visibility const #field_name: #here::Embedded<Self, #kind> = #embedded;
                };
            }
            let doc = format!("The column `{column}`.");
            quote! {
                #[doc = #doc]
                #quiet
                #visibility const #field_name: #here::Column<Self, #kind> = #here::Column::new(#column);
            }
        });
        quote! {
            #[automatically_derived]
            impl #name {
                #(#columns)*
            }
        }
    }
}

/// Columns and relations are named as fields are, and not every program needs each of them.
fn quiet() -> TokenStream {
    let quieted = quote!(allow(non_upper_case_globals, dead_code));
    quote!(#[#quieted])
}

/// Has another derive check what is written.
fn check(here: &syn::Path, table: &str) -> TokenStream {
    quote! {
        fn check(&self) -> #here::derive::Result<()> {
            #here::checked(#table, ::garde::Validate::validate(self))
        }
    }
}

/// Answers the last word of a type's path, and the first of its arguments.
fn last_word(kind: &Type) -> Option<(&Ident, Option<&Type>)> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last()?;
    let argument = match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                syn::GenericArgument::Type(kind) => Some(kind),
                _ => None,
            })
        }
        _ => None,
    };
    Some((&last.ident, argument))
}
