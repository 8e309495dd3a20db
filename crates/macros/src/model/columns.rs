//! The code that takes a structure's fields for columns, one after another.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, FieldsNamed, Path, Result};

use super::field::Field;
use crate::case::Case;

/// The fields of a structure whose columns follow each other.
pub(super) struct Columns<'a> {
    pub(super) found_in: &'a Path,
    pub(super) fields: &'a [Field<'a>],
}

/// Reads the attributes of all fields.
///
/// # Errors
/// All that is wrong with them, at once.
pub(super) fn read_fields(named: &FieldsNamed, rename_all: Option<Case>) -> Result<Vec<Field<'_>>> {
    let mut fields = Vec::with_capacity(named.named.len());
    let mut errors: Option<Error> = None;
    for field in &named.named {
        match (Field::read(field, rename_all), &mut errors) {
            (Ok(field), _) => fields.push(field),
            (Err(error), Some(errors)) => errors.combine(error),
            (Err(error), None) => errors = Some(error),
        }
    }
    errors.map_or(Ok(fields), Err)
}

/// Refuses two fields with one column.
pub(super) fn check_names(fields: &[Field<'_>]) -> Result<()> {
    let mut names: Vec<&str> = Vec::new();
    for field in fields.iter().filter(|field| !field.skip && field.embed.is_none()) {
        if names.contains(&field.column.as_str()) {
            let message = format!("the column `{}` is another field's", field.column);
            return Err(Error::new(field.name.span(), message));
        }
        names.push(&field.column);
    }
    Ok(())
}

/// An expression that knows where an embedded structure stands, as the type `Here`.
pub(super) fn at_place(here: &Path, prefix: &str, expression: &TokenStream) -> TokenStream {
    quote!({
        struct Here;
        impl #here::derive::Place for Here {
            const PREFIX: &'static str = #prefix;
        }
        #expression
    })
}

impl Columns<'_> {
    /// The fields that are columns, each with the place of its first among them.
    pub(super) fn stored(&self) -> Vec<(TokenStream, &Field<'_>)> {
        let here = self.found_in;
        let (mut single, mut embedded) = (0_usize, TokenStream::new());
        let mut stored = Vec::with_capacity(self.fields.len());
        for field in self.fields.iter().filter(|field| !field.skip) {
            stored.push((quote!(#single #embedded), field));
            match field.embed {
                Some(_) => {
                    let kind = field.kind;
                    embedded.extend(quote!(+ <#kind as #here::Embed>::WIDTH));
                }
                None => single += 1,
            }
        }
        stored
    }

    /// How many columns there are.
    pub(super) fn width(&self) -> TokenStream {
        let here = self.found_in;
        let widths = self.stored().into_iter().map(|(_, field)| match (&field.embed, field.kind) {
            (Some(_), kind) => quote!(<#kind as #here::Embed>::WIDTH),
            (None, _) => quote!(1_usize),
        });
        quote!(0 #(+ #widths)*)
    }

    /// The body of `bind`.
    pub(super) fn bind(&self) -> TokenStream {
        let here = self.found_in;
        let mut is_behind_embedded = false;
        let binds = self.stored().into_iter().map(|(first, field)| {
            let (name, kind) = (field.name, field.kind);
            if field.embed.is_some() {
                is_behind_embedded = true;
                return quote! {
                    at if (#first..#first + <#kind as #here::Embed>::WIDTH).contains(&at) => {
                        #here::Embed::bind(&self.#name, at - (#first))
                    }
                };
            }
            let bind = field.bind(here, &quote!(self));
            match is_behind_embedded {
                true => quote!(at if at == #first => #bind,),
                false => quote!(#first => #bind,),
            }
        });
        quote! {
            match at {
                #(#binds)*
                _ => ::std::result::Result::Ok(#here::Bound::Lent(#here::derive::ValueRef::Null)),
            }
        }
    }

    /// The fields with what reads them.
    pub(super) fn reads(&self) -> TokenStream {
        let here = self.found_in;
        let stored = self.stored().into_iter().map(|(first, field)| {
            let (name, kind) = (field.name, field.kind);
            let span = kind.span().resolved_at(Span::call_site());
            let read = match (&field.embed, field.json) {
                (Some(_), _) => quote_spanned! {span=>
                    <#kind as #here::Embed>::read_at(row, |at| place(#first + at))?
                },
                (None, true) => {
                    quote_spanned!(span=> row.read::<#here::Json<#kind>>(place(#first))?.0)
                }
                (None, false) => quote_spanned!(span=> row.read::<#kind>(place(#first))?),
            };
            quote!(#name: #read)
        });
        let skipped = self.fields.iter().filter(|field| field.skip).map(|field| {
            let (name, kind) = (field.name, field.kind);
            quote!(#name: <#kind as ::std::default::Default>::default())
        });
        quote!(#(#stored,)* #(#skipped,)*)
    }
}
