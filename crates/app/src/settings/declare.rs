//! What a declaration of a setting is made of.

use std::borrow::Cow;

use super::kind::Kind;

/// A setting: what it is called, what it takes and what it is for.
///
/// Everything else that speaks of settings is made from these: the fields of
/// [`Settings`](super::Settings), the listing, the JSON Schema, the reference and the hints.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Setting {
    /// The whole key, as `server.listen`; `NAME` in it stands for a name of the user's.
    pub key: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// The default as text; empty for none.
    pub default: &'static str,
    /// What an empty value means; where this is empty, the value must not be.
    pub empty: &'static str,
    /// The unit of the number; empty for none.
    pub unit: &'static str,
    /// What it is for, in a sentence.
    pub description: &'static str,
    /// The environment variable of its own, where it has one.
    pub own_variable: Option<&'static str>,
    /// Its value is never shown.
    pub is_secret: bool,
    /// Nothing stands in for it.
    pub is_required: bool,
    /// A section of an environment may set it, too.
    pub is_per_environment: bool,
    /// A value, as TOML has it.
    pub example: &'static str,
}

impl Setting {
    pub(super) const fn new(
        key: &'static str,
        kind: Kind,
        default: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            key,
            kind,
            default,
            empty: "",
            unit: "",
            description,
            own_variable: None,
            is_secret: false,
            is_required: false,
            is_per_environment: true,
            example: "",
        }
    }

    /// Answers the environment variable it is read from.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_app::settings::find;
    /// assert_eq!(find("server.listen").unwrap().variable(), "HYPOSTYLE_SERVER_LISTEN");
    /// assert_eq!(find("server.api_key").unwrap().variable(), "HYPOSTYLE_API_KEY");
    /// ```
    pub fn variable(&self) -> Cow<'static, str> {
        match self.own_variable {
            Some(variable) => Cow::Borrowed(variable),
            None => Cow::Owned(variable_of(self.key)),
        }
    }

    /// Answers the last part of its key.
    pub fn field(&self) -> &'static str {
        self.key.rsplit('.').next().unwrap_or(self.key)
    }

    /// Answers what it takes, for people.
    pub fn takes(&self) -> String {
        let takes = self.kind.takes();
        if self.takes_nothing() { format!("{takes}, or nothing at all") } else { takes }
    }

    /// Whether a text without characters says that nothing is set; a list says it itself.
    pub(super) fn takes_nothing(&self) -> bool {
        !self.empty.is_empty() && !matches!(self.kind, Kind::List(_))
    }
}

/// Makes the variable that stands for a key unless it has one of its own.
pub(super) fn variable_of(key: &str) -> String {
    format!("HYPOSTYLE_{}", key.replace(['.', '-'], "_").to_ascii_uppercase())
}

/// Declares a struct of settings: its fields and its part of the table in one.
macro_rules! settings {
    (
        $(#[$meta:meta])*
        pub struct $name:ident in $prefix:literal {
            $(
                $field:ident: $type:ty = $default:literal, $kind:expr, $description:literal
                $(, $option:ident: $value:expr)*;
            )*
        }
        $(with { $( $(#[$extra_meta:meta])* $extra_vis:vis $extra:ident: $extra_type:ty, )* })?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( #[doc = $description] pub $field: $type, )*
            $($( $(#[$extra_meta])* $extra_vis $extra: $extra_type, )*)?
        }

        impl $name {
            /// The settings of this part.
            pub(super) const TABLE: &'static [Setting] = &[$(
                Setting {
                    $($option: $value,)*
                    ..Setting::new(
                        concat!($prefix, stringify!($field)),
                        $kind,
                        $default,
                        $description,
                    )
                },
            )*];

            /// Makes it of values that are complete.
            pub(super) fn read(values: &Values $($(, $extra: $extra_type)*)?) -> Self {
                Self {
                    $( $field: values.typed(concat!($prefix, stringify!($field))), )*
                    $($( $extra, )*)?
                }
            }
        }
    };
}
pub(super) use settings;
