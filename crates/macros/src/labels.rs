//! The expansion of `#[derive(Labels)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Path, Result, parse_quote};

use crate::attributes::{case, once, unknown};
use crate::case::Case;

/// Makes a field's type of an enum without fields: each variant is a text.
///
/// # Errors
/// What has no text, at its place in the source.
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        let message = "Labels is derived for enums whose variants have no fields";
        return Err(Error::new_spanned(&input.ident, message));
    };
    let (mut found_in, mut rename_all) = (None, None);
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("labels")) {
        attribute.parse_nested_meta(|option| {
            if option.path.is_ident("crate") {
                once(&option, &mut found_in, option.value()?.call(Path::parse_mod_style)?)
            } else if option.path.is_ident("rename_all") {
                once(&option, &mut rename_all, case(&option.value()?.parse()?)?)
            } else {
                Err(unknown(&option, "an enum takes `crate = …` and `rename_all = …`"))
            }
        })?;
    }
    let here: Path = found_in.unwrap_or_else(|| parse_quote!(::hypostyle::model));
    let case = rename_all.unwrap_or(Case::Snake);
    let mut variants: Vec<(&Ident, String)> = Vec::new();
    for variant in &data.variants {
        let label = label(variant, case)?;
        if variants.iter().any(|(_, known)| *known == label) {
            let message = format!("the label `{label}` is another variant's");
            return Err(Error::new(variant.ident.span(), message));
        }
        variants.push((&variant.ident, label));
    }
    if variants.is_empty() {
        return Err(Error::new_spanned(&input.ident, "an enum without variants has no value"));
    }
    Ok(implementation(&input.ident, &here, &variants))
}

fn label(variant: &syn::Variant, case: Case) -> Result<String> {
    if !matches!(variant.fields, Fields::Unit) {
        let message = "a variant with fields is no label; keep the enum as `Json`";
        return Err(Error::new_spanned(&variant.fields, message));
    }
    let mut renamed = None;
    for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("labels")) {
        attribute.parse_nested_meta(|option| {
            if option.path.is_ident("rename") {
                once(&option, &mut renamed, option.value()?.parse::<LitStr>()?.value())
            } else {
                Err(unknown(&option, "a variant takes `rename = …`"))
            }
        })?;
    }
    Ok(renamed.unwrap_or_else(|| case.of(&variant.ident.to_string())))
}

fn implementation(name: &Ident, here: &Path, variants: &[(&Ident, String)]) -> TokenStream {
    let names: Vec<&Ident> = variants.iter().map(|(name, _)| *name).collect();
    let labels: Vec<&str> = variants.iter().map(|(_, label)| label.as_str()).collect();
    let expected = format!("one of {}", labels.join(", "));
    quote! {
        #[automatically_derived]
        impl #name {
            /// The text it is kept as.
            pub const fn label(&self) -> &'static str {
                match self {
                    #(Self::#names => #labels,)*
                }
            }
        }

        #[automatically_derived]
        impl #here::derive::FromValue<'_> for #name {
            fn from_value(
                value: #here::derive::ValueRef<'_>,
            ) -> ::std::result::Result<Self, #here::derive::Mismatch> {
                match <&str as #here::derive::FromValue>::from_value(value)? {
                    #(#labels => ::std::result::Result::Ok(Self::#names),)*
                    _ => ::std::result::Result::Err(#here::derive::Mismatch::invalid(#expected)),
                }
            }
        }

        #[automatically_derived]
        impl #here::Field for #name {
            type Plain = Self;

            const KIND: #here::FieldKind = #here::FieldKind::Labels(&[#(#labels),*]);

            fn bind(&self) -> #here::derive::Result<#here::Bound<'_>> {
                ::std::result::Result::Ok(#here::Bound::Lent(#here::derive::ValueRef::Text(self.label())))
            }
        }
    }
}
