//! The constants of relations.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Result};

use super::container::DeclaredKind;
use super::{Model, quiet};

/// Makes a constant for each relation, by its name.
///
/// # Errors
/// A relation with the name of a field or of another one.
pub(super) fn relations(model: &Model<'_>) -> Result<TokenStream> {
    let (name, visibility) = (model.name, model.visibility);
    let here = &model.container.found_in;
    let quiet = quiet();
    let mut names: Vec<&syn::Ident> = model.stored().map(|field| field.name).collect();
    let mut constants = Vec::new();
    let belonging = model.fields.iter().filter_map(|field| {
        let (relation, target) = (field.relation.as_ref()?, field.references.as_ref()?);
        let by = field.name;
        let kind = quote!(#here::BelongsTo<Self, #target>);
        Some((relation, kind, quote!(#here::BelongsTo::by(Self::#by)), "one row of another model"))
    });
    let declared = model.container.relations.iter().map(|declared| {
        let target = &declared.target;
        let (kind, value, doc) = match &declared.kind {
            DeclaredKind::HasMany { by } => (
                quote!(#here::HasMany<Self, #target>),
                quote!(#here::HasMany::by(#target::#by)),
                "the rows of another model that name this one",
            ),
            DeclaredKind::HasOne { by } => (
                quote!(#here::HasOne<Self, #target>),
                quote!(#here::HasOne::by(#target::#by)),
                "the row of another model that names this one",
            ),
            DeclaredKind::ManyToMany { link, this, other } => (
                quote!(#here::ManyToMany<Self, #target>),
                quote!(#here::ManyToMany::through(#link::#this, #link::#other)),
                "rows of another model, by those of a third",
            ),
        };
        (&declared.name, kind, value, doc)
    });
    for (relation, kind, value, doc) in belonging.chain(declared) {
        if names.contains(&relation) {
            let message = format!("`{relation}` is the name of a field or of another relation");
            return Err(Error::new(relation.span(), message));
        }
        names.push(relation);
        let doc = format!("The relation to {doc}.");
        constants.push(quote! {
            #[doc = #doc]
            #quiet
            #visibility const #relation: #kind = #value;
        });
    }
    Ok(match constants.is_empty() {
        true => TokenStream::new(),
        false => quote! {
            #[automatically_derived]
            impl #name {
                #(#constants)*
            }
        },
    })
}
