//! Settings as a list, for people and programs.

use super::declare::Setting;
use super::layer::{Given, Values};
use super::origin::Origin;
use super::secret::HIDDEN;
use super::table::{DatabaseSettings, Panel, Settings, fixed};
use super::value::Value;

/// A setting with the value that holds, a secret masked.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The whole key, as `databases.shop.url`.
    pub key: String,
    /// The value as text; empty for nothing.
    pub value: String,
    /// What an empty value means; empty where the value must not be.
    pub empty: String,
    /// The value for programs: times in seconds, sizes in bytes, lists as arrays.
    pub json: serde_json::Value,
    /// Where the value comes from.
    pub origin: Origin,
    /// What it takes, in a word.
    pub kind: &'static str,
    /// The unit of the number; empty for none.
    pub unit: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The default as text; empty for none.
    pub default: &'static str,
    /// The environment variable that sets it; empty where only the file does.
    pub variable: String,
}

impl Entry {
    fn new(setting: &'static Setting, name: &str, given: &Given) -> Self {
        let key = setting.key.replace("NAME", name);
        let is_hidden = setting.is_secret && given.value != Value::Nothing;
        let variable = setting.variable().replace("NAME", &name.replace('-', "_").to_uppercase());
        Self {
            value: if is_hidden { HIDDEN.to_owned() } else { given.value.shown() },
            empty: setting.empty.replace("NAME", name),
            json: if is_hidden { HIDDEN.into() } else { given.value.json() },
            origin: given.origin.clone(),
            kind: setting.kind.name(),
            unit: setting.unit,
            description: setting.description,
            default: setting.default,
            variable,
            key,
        }
    }

    fn of_panel(setting: &'static Setting, id: &str, given: &Given) -> Self {
        let key = format!("panels.{id}.{}", setting.field());
        Self { key, variable: String::new(), ..Self::new(setting, "", given) }
    }
}

/// Lists values in the order of the table.
pub(super) fn list<'a>(
    values: &Values,
    databases: impl Iterator<Item = (&'a String, &'a Values)>,
    panels: impl Iterator<Item = &'a Values>,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for setting in fixed() {
        entries.extend(values.get(setting.key).map(|given| Entry::new(setting, "", given)));
    }
    for (name, values) in databases {
        for setting in DatabaseSettings::TABLE {
            entries.extend(values.get(setting.key).map(|given| Entry::new(setting, name, given)));
        }
    }
    for values in panels {
        let id = values.text("panels.id");
        for setting in Panel::TABLE {
            entries
                .extend(values.get(setting.key).map(|given| Entry::of_panel(setting, id, given)));
        }
    }
    entries
}

impl Settings {
    /// Lists every setting with the value that holds and where it comes from; secrets are masked.
    ///
    /// # Shape
    /// The order of the table: the top level, `sqlite`, `server`, then databases by name and
    /// panels in their order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Answers one entry by its key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Answers the key that was probably meant by one that is unknown.
    pub fn nearest_key(&self, unknown: &str) -> Option<&str> {
        super::hint::nearest(unknown, self.entries.iter().map(|entry| entry.key.as_str()))
    }
}
