//! What one source says, and how sources lie over one another.

use std::collections::BTreeMap;

use super::declare::Setting;
use super::origin::Origin;
use super::problem::Problem;
use super::value::{Field, Raw, Value};

/// A value and where it comes from.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// Values by the key of their setting.
#[derive(Clone, Default)]
pub(super) struct Values(BTreeMap<&'static str, Given>);

impl Values {
    pub(super) fn get(&self, key: &str) -> Option<&Given> {
        self.0.get(key)
    }

    pub(super) fn set(&mut self, setting: &'static Setting, value: Value, origin: Origin) {
        self.0.insert(setting.key, Given { value, origin });
    }

    /// Takes the values of a source that ranks above.
    pub(super) fn overlay(&mut self, above: Self) {
        self.0.extend(above.0);
    }

    /// Gives the settings that nobody set their defaults.
    pub(super) fn complete(&mut self, settings: impl IntoIterator<Item = &'static Setting>) {
        for setting in settings {
            if !self.0.contains_key(setting.key) {
                self.set(setting, setting.default_value(), Origin::Default);
            }
        }
    }

    /// Answers the text of a setting; empty where there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        match self.0.get(key).map(|given| &given.value) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// Answers the field that a value stands for.
    pub(super) fn typed<T: Field>(&self, key: &str) -> T {
        let field = self.0.get(key).and_then(|given| T::of(&given.value));
        field.expect("values are complete, and the kind of each is that of its field")
    }
}

/// What one source says.
#[derive(Clone, Default)]
pub(super) struct Layer {
    pub(super) values: Values,
    pub(super) databases: BTreeMap<String, Values>,
    /// All panels, or nothing about them.
    pub(super) panels: Option<Vec<PanelValues>>,
}

/// What the file says of one panel.
#[derive(Clone)]
pub(super) struct PanelValues {
    pub(super) values: Values,
    pub(super) line: usize,
}

impl Layer {
    /// Lies a source that ranks above over this one.
    pub(super) fn under(mut self, above: Self) -> Self {
        self.values.overlay(above.values);
        for (name, values) in above.databases {
            self.databases.entry(name).or_default().overlay(values);
        }
        self.panels = above.panels.or(self.panels);
        self
    }
}

impl Setting {
    /// Reads what a source says; an error is the message.
    pub(super) fn read(&self, raw: &Raw<'_>, shown: &str, key: &str) -> Result<Value, String> {
        if raw.text() == Some("") && self.takes_nothing() {
            return Ok(Value::Nothing);
        }
        self.kind.read(raw).ok_or_else(|| {
            let hides = self.is_secret || matches!(self.kind, super::Kind::Url);
            let shown = if hides { "what is written there" } else { shown };
            format!("{key} takes {}, not {shown}", self.takes())
        })
    }

    /// Reads the text of a variable or a flag.
    pub(super) fn read_text(&self, text: &str, key: &str, from: &Origin) -> Result<Value, Problem> {
        let read = self.read(&Raw::Untyped(text), &quoted(text), key);
        read.map_err(|message| Problem::at(from.clone(), message))
    }

    /// Answers the value that holds when nobody set one.
    pub(super) fn default_value(&self) -> Value {
        let read = self.read(&Raw::Untyped(self.default), self.default, self.key);
        read.unwrap_or(Value::Nothing)
    }
}

/// Writes a text as a message shows it, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", cut(text))
}

/// Cuts a text to what a message can show, on one line.
pub(super) fn cut(text: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 60;
    let line: String = text.chars().take(SHOWN_CHARS_MAX).flat_map(plain).collect();
    if text.chars().nth(SHOWN_CHARS_MAX).is_some() { line + "…" } else { line }
}

fn plain(each: char) -> impl Iterator<Item = char> {
    std::iter::once(if each.is_control() { ' ' } else { each })
}
