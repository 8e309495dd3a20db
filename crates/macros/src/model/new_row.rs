//! The structure of a new row.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

use super::field::Field;
use super::{Model, check, last_word};

/// Types that std has a default of, by their last words.
const WITH_DEFAULT: [&str; 17] = [
    "Option", "String", "Vec", "bool", "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32",
    "u64", "u128", "f32", "f64", "HashMap",
];

/// How a field is part of a new row.
#[derive(PartialEq)]
enum Part {
    /// Never given: the engine or the repository fills it.
    Left,
    /// Given, or the default of the table.
    Optional,
    /// Always given.
    Given,
}

pub(super) fn new_row(model: &Model<'_>) -> TokenStream {
    let (name, visibility) = (model.name, model.visibility);
    let here = &model.container.found_in;
    let new_name = model.container.new_name(name);
    let columns = model.stored_columns();
    let stored = columns.stored().into_iter();
    let parts: Vec<(TokenStream, &Field<'_>, Part)> =
        stored.map(|(at, field)| (at, field, part(model, field))).collect();
    let fields = parts.iter().filter(|(_, _, part)| *part != Part::Left).map(|(_, field, part)| {
        let (visibility, field_name, kind) = (field.visibility, field.name, field.kind);
        let kept = field.attributes.iter().filter(|attribute| {
            attribute.path().is_ident("doc")
                || (model.container.validate && attribute.path().is_ident("garde"))
        });
        let kind = match part {
            Part::Optional if field.option_of().is_none() => {
                quote!(::std::option::Option<#kind>)
            }
            _ => quote!(#kind),
        };
        quote!(#(#kept)* #visibility #field_name: #kind)
    });
    let assigns = parts
        .iter()
        .filter(|(_, _, part)| *part != Part::Left)
        .map(|(at, field, part)| assign(at, field, part, here));
    let has_default = parts.iter().all(|(_, field, part)| {
        *part != Part::Given
            || last_word(field.kind)
                .is_some_and(|(word, _)| WITH_DEFAULT.iter().any(|known| word == known))
    });
    let default = has_default.then(|| quote!(#[derive(::std::default::Default)]));
    let derives = model.container.new_derives();
    let validate = model.container.validate.then(|| quote!(#[derive(::garde::Validate)]));
    let check = model.container.validate.then(|| check(here, &model.container.table));
    let doc = format!("A new [`{name}`], without what fills itself.");
    quote! {
        #[doc = #doc]
        #[derive(#derives)]
        #default
        #validate
        #visibility struct #new_name {
            #(#fields,)*
        }

        #[automatically_derived]
        impl #here::NewRow for #new_name {
            type Model = #name;

            fn assign<'a>(
                &'a self,
                out: &mut ::std::vec::Vec<(usize, #here::Bound<'a>)>,
            ) -> #here::derive::Result<()> {
                let _ = &out;
                #(#assigns)*
                ::std::result::Result::Ok(())
            }

            #check
        }
    }
}

/// Appends what a new row gives of a field, with the place of its column.
fn assign(at: &TokenStream, field: &Field<'_>, part: &Part, here: &Path) -> TokenStream {
    let (field_name, kind) = (field.name, field.kind);
    if field.embed.is_some() {
        return quote! {
            for at in 0..<#kind as #here::Embed>::WIDTH {
                out.push((#at + at, #here::Embed::bind(&self.#field_name, at)?));
            }
        };
    }
    let bind = match (part, field.json, field.option_of().is_some()) {
        (Part::Optional, true, false) => quote!(#here::bind_json(given)),
        (Part::Optional, false, false) => quote!(<#kind as #here::Field>::bind(given)),
        (Part::Optional, ..) => quote!(#here::Field::bind(given)),
        _ => {
            let bind = field.bind(here, &quote!(self));
            return quote!(out.push((#at, #bind?)););
        }
    };
    quote! {
        if let ::std::option::Option::Some(given) = &self.#field_name {
            out.push((#at, #bind?));
        }
    }
}

fn part(model: &Model<'_>, field: &Field<'_>) -> Part {
    let is_uuid = last_word(field.kind).is_some_and(|(word, _)| word == "Uuid");
    if model.is_numbered(field) || field.generated.is_some() || field.role_name().is_some() {
        Part::Left
    } else if field.default.is_some() || (field.key && is_uuid && !field.natural) {
        Part::Optional
    } else {
        Part::Given
    }
}
