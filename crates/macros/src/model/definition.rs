//! The code that describes the table.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Path};

use super::Model;
use super::columns::at_place;
use super::container::{Index, Named, Part};
use super::field::{Default, Field};

pub(super) fn definition(model: &Model<'_>) -> TokenStream {
    let here = &model.container.found_in;
    let (name, table) = (model.name.to_string(), &model.container.table);
    let schema = model.container.schema.iter().map(|name| quote!(.in_schema(#name)));
    let database = model.container.database.iter().map(|name| quote!(.in_database(#name)));
    let columns = model.stored().map(|field| {
        if let Some(prefix) = &field.embed {
            let kind = field.kind;
            let define = quote!(<#kind as #here::Embed>::define::<Here>());
            let columns = at_place(here, prefix, &define);
            return quote!(.embed(#columns));
        }
        let name = &field.column;
        let column = column(field, model.is_numbered(field), here, &quote!(#name));
        quote!(.column(#column))
    });
    let single = model.stored().filter(|field| field.unique || field.index);
    let single = single.map(|field| {
        let (column, unique) = (&field.column, field.unique.then(|| quote!(.unique())));
        quote!(.index(#here::IndexDefinition::new()#unique.on(#column)))
    });
    let indexes = model.container.indexes.iter().map(|index| {
        let index = index_of(index, model, here);
        quote!(.index(#index))
    });
    let checks = model.container.checks.iter().map(|(name, check)| {
        let name = optional(name.as_deref());
        quote!(.check(#name, #check))
    });
    quote! {
        #here::Definition::new(#name, #table)
            #(#schema)* #(#database)* #(#columns)* #(#single)* #(#indexes)* #(#checks)*
    }
}

/// Describes the column of a field, by an expression of its name.
pub(super) fn column(
    field: &Field<'_>,
    numbered: bool,
    here: &Path,
    name: &TokenStream,
) -> TokenStream {
    let kind = field.column_type(here);
    // A type that no column holds is reported where it stands.
    let span = field.kind.span().resolved_at(proc_macro2::Span::call_site());
    let of = quote_spanned!(span=> #here::ColumnDefinition::of::<#kind>(#name));
    let key = field.key.then(|| quote!(.key()));
    let numbered = match (numbered, field.autoincrement) {
        (true, true) => quote!(.autoincrement()),
        (true, false) => quote!(.numbered()),
        (false, _) => TokenStream::new(),
    };
    let nullable = field.nullable.then(|| quote!(.nullable()));
    let length = field.length.iter().map(|length| quote!(.length(#length)));
    let precision = field.precision.iter().map(|(all, behind)| quote!(.precision(#all, #behind)));
    let declared = field.declared.iter().map(|declared| quote!(.declared(#declared)));
    let collation = field.collation.iter().map(|collation| quote!(.collate(#collation)));
    let generated = field.generated.iter().map(|expression| quote!(.generated(#expression)));
    let check = field.check.iter().map(|condition| quote!(.check(#condition)));
    let default = field.default.iter().map(|default| {
        let default = match default {
            Default::Text(text) => quote!(Text(#text)),
            Default::Bool(value) => quote!(Bool(#value)),
            Default::Number(text) => quote!(Number(#text)),
            Default::Sql(text) => quote!(Sql(#text)),
        };
        quote!(.default_to(#here::DefaultValue::#default))
    });
    let role = field.role_name().map(|role| {
        let role = match role {
            "created" => quote!(Created),
            "updated" => quote!(Updated),
            "deleted" => quote!(Deleted),
            _ => quote!(Version),
        };
        quote!(.role(#here::Role::#role))
    });
    let reference = field.references.iter().map(|to| {
        let action = |given: &Option<Ident>| given.clone().unwrap_or(format_ident!("NoAction"));
        let (on_delete, on_update) = (action(&field.on_delete), action(&field.on_update));
        let name = optional(field.constraint.as_deref());
        quote! {
            .references(#here::Reference {
                to: <#to as #here::Model>::definition,
                name: #name,
                on_delete: #here::Action::#on_delete,
                on_update: #here::Action::#on_update,
            })
        }
    });
    quote! {
        #of #key #numbered #nullable #(#length)* #(#precision)* #(#declared)* #(#collation)* #(#default)* #(#generated)*
            #role #(#check)* #(#reference)*
    }
}

fn index_of(index: &Index, model: &Model<'_>, here: &Path) -> TokenStream {
    // The constant of a column is a name that the compiler looks up: a wrong one is told where it stands.
    let column = |named: &Named| {
        let field = model.fields.iter().find(|field| named.first() == Some(field.name));
        match field {
            Some(field) if field.embed.is_none() => {
                let column = &field.column;
                quote!(#column)
            }
            _ => {
                let of = model.name;
                quote_spanned!(named.span()=> #of::#named.name())
            }
        }
    };
    let parts = index.parts.iter().map(|part| match part {
        Part::Column(name, false) => {
            let column = column(name);
            quote!(.on(#column))
        }
        Part::Column(name, true) => {
            let column = column(name);
            quote!(.on_desc(#column))
        }
        Part::Expression(text) => quote!(.on_expression(#text)),
    });
    let unique = match (index.constraint, index.unique) {
        (true, _) => quote!(.constraint()),
        (false, true) => quote!(.unique()),
        (false, false) => TokenStream::new(),
    };
    let name = index.name.iter().map(|name| quote!(.named(#name)));
    let condition = index.condition.iter().map(|text| quote!(.only_where(#text)));
    let method = index.method.iter().map(|method| quote!(.using(#method)));
    let include = index.include.iter().map(|name| {
        let column = column(name);
        quote!(.include(#column))
    });
    quote!(#here::IndexDefinition::new()#unique #(#name)* #(#parts)* #(#condition)* #(#method)* #(#include)*)
}

fn optional(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(::std::option::Option::Some(#text)),
        None => quote!(::std::option::Option::None),
    }
}
