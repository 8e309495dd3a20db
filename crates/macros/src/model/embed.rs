//! The expansion of `#[derive(Embed)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Error, Ident, Path, Result, parse_quote};

use super::columns::{Columns, at_place, check_names, read_fields};
use super::definition::column;
use super::field::Field;
use super::{named_fields, quiet};
use crate::attributes::{case, once, unknown};

/// Makes the implementation of `Embed` for a structure, and the structure of its columns.
///
/// # Errors
/// What cannot be a column of another structure, at its place in the source.
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let named = named_fields(input, "Embed")?;
    if let Some(parameter) = input.generics.params.first() {
        let message = "an embedded structure has columns of its own: leave out its parameters";
        return Err(Error::new_spanned(parameter, message));
    }
    let (mut found_in, mut rename_all) = (parse_quote!(::hypostyle::model), None);
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("model")) {
        attribute.parse_nested_meta(|option| {
            if option.path.is_ident("crate") {
                found_in = option.value()?.call(Path::parse_mod_style)?;
                Ok(())
            } else if option.path.is_ident("rename_all") {
                once(&option, &mut rename_all, case(&option.value()?.parse()?)?)
            } else {
                let known = "an embedded structure takes `rename_all = …` and `crate = …`; the rest \
                             is said of the model";
                Err(unknown(&option, known))
            }
        })?;
    }
    let fields = read_fields(named, rename_all)?;
    check(&input.ident, &fields)?;
    let columns = Columns { found_in: &found_in, fields: &fields };
    let implementation = implementation(input, &columns);
    let structure = structure(input, &columns);
    Ok(quote!(#implementation #structure))
}

/// Refuses what belongs to the model.
fn check(name: &Ident, fields: &[Field<'_>]) -> Result<()> {
    if fields.iter().all(|field| field.skip) {
        let message = "an embedded structure needs a field that is a column";
        return Err(Error::new(name.span(), message));
    }
    for field in fields {
        let refuse = |message| Err(Error::new(field.name.span(), message));
        if field.key {
            return refuse("a key is a field of the model itself");
        }
        if field.role_name().is_some() {
            return refuse("what the repository keeps is a field of the model itself");
        }
        if field.unique || field.index {
            return refuse(
                "an index is the model's: write `unique(embedded.field)` or `index(embedded.field)` there",
            );
        }
        if field.check.is_some() || field.generated.is_some() {
            return refuse(
                "an expression names columns as they are in the table: write the `check` at the \
                 model, and a computed column as its field",
            );
        }
        if field.references.is_some() {
            return refuse("what names another row is a field of the model itself");
        }
    }
    check_names(fields)
}

fn implementation(input: &DeriveInput, columns: &Columns<'_>) -> TokenStream {
    let (name, here) = (&input.ident, columns.found_in);
    let columns_name = columns_name(name);
    let (width, bind, reads) = (columns.width(), columns.bind(), columns.reads());
    let defined = columns.stored().into_iter().map(|(_, field)| match &field.embed {
        Some(prefix) => {
            let kind = field.kind;
            let joined = quote!(#here::derive::Joined::<W, Here>);
            let define = quote!(<#kind as #here::Embed>::define::<#joined>());
            let define = at_place(here, prefix, &define);
            quote!(columns.extend(#define);)
        }
        None => {
            let column_name = &field.column;
            let named = quote!(#here::ColumnName::embedded(W::PREFIX, #column_name));
            let column = column(field, false, here, &named);
            quote!(columns.push(#column);)
        }
    });
    quote! {
        #[automatically_derived]
        impl #here::Embed for #name {
            type Columns<M, P: #here::derive::Presence> = #columns_name<M, P>;

            const WIDTH: usize = #width;

            fn define<W: #here::derive::Place>() -> ::std::vec::Vec<#here::ColumnDefinition> {
                let mut columns = ::std::vec::Vec::with_capacity(<Self as #here::Embed>::WIDTH);
                #(#defined)*
                columns
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
        }
    }
}

/// The structure of the typed columns, which the fields of models lend.
fn structure(input: &DeriveInput, columns: &Columns<'_>) -> TokenStream {
    let (name, visibility, here) = (&input.ident, &input.vis, columns.found_in);
    let (columns_name, quiet) = (columns_name(name), quiet());
    let doc = format!("The columns of an embedded [`{name}`], by the names of its fields.");
    let stored = columns.stored();
    let declared = stored.iter().map(|(_, field)| declared(field, here));
    let placed = stored.iter().map(|(_, field)| {
        let (field_name, column) = (field.name, &field.column);
        let value = match &field.embed {
            Some(prefix) => {
                let embedded = quote!(#here::Embedded::at::<#here::derive::Joined<W, Here>>());
                at_place(here, prefix, &embedded)
            }
            None => quote!(#here::Column::embedded(W::PREFIX, #column)),
        };
        quote!(#field_name: #value)
    });
    let names = stored.iter().map(|(_, field)| {
        let field_name = field.name;
        match field.embed {
            Some(_) => quote!(#here::EmbeddedColumns::names(&self.#field_name, out);),
            None => quote!(out.push(self.#field_name.name());),
        }
    });
    quote! {
        #[doc = #doc]
        #quiet
        #visibility struct #columns_name<M, P: #here::derive::Presence> {
            #(#declared,)*
            __presence: ::std::marker::PhantomData<fn() -> P>,
        }

        #[automatically_derived]
        impl<M, P: #here::derive::Presence> ::std::clone::Clone for #columns_name<M, P> {
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl<M, P: #here::derive::Presence> ::std::marker::Copy for #columns_name<M, P> {}

        #[automatically_derived]
        impl<M, P: #here::derive::Presence> #here::EmbeddedColumns for #columns_name<M, P> {
            fn names(&self, out: &mut ::std::vec::Vec<#here::ColumnName>) {
                #(#names)*
            }
        }

        #[automatically_derived]
        impl<M, P: #here::derive::Presence, W: #here::derive::Place> #here::derive::ColumnsAt<W>
            for #columns_name<M, P>
        {
            const COLUMNS: Self = Self {
                #(#placed,)*
                __presence: ::std::marker::PhantomData,
            };
        }
    }
}

/// The typed column of a field, or those of a structure in it.
fn declared(field: &Field<'_>, here: &Path) -> TokenStream {
    let (visibility, field_name, kind) = (field.visibility, field.name, field.kind);
    let span = kind.span().resolved_at(proc_macro2::Span::call_site());
    let doc = match &field.embed {
        Some(_) => format!("The columns of `{field_name}`."),
        None => format!("The column `{}`.", field.column),
    };
    let of = field.column_type(here);
    let kind = match (&field.embed, field.option_of()) {
        (Some(_), _) => quote_spanned!(span=> #here::Embedded<M, #kind, P>),
        (None, Some(_)) => quote_spanned!(span=> #here::Column<M, #of>),
        (None, None) => {
            quote_spanned!(span=> #here::Column<M, <P as #here::derive::Presence>::Of<#of>>)
        }
    };
    quote!(#[doc = #doc] #visibility #field_name: #kind)
}

fn columns_name(name: &Ident) -> Ident {
    format_ident!("{name}Columns")
}
