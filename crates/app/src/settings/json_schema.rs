//! The JSON Schema of `hypostyle.toml`, for editors.

use serde_json::{Map, Value, json};

use super::declare::Setting;
use super::kind::{Item, Kind};
use super::layer::Values;
use super::table::{DatabaseSettings, Panel, Server, Settings, Sqlite};

const NAME: &str = "^[A-Za-z][A-Za-z0-9_-]{0,62}$";

/// Writes the JSON Schema of `hypostyle.toml`.
///
/// # Shape
/// Draft 2020-12, indented, without a line break at the end. What loading takes, it takes; units of
/// times, URLs in detail and limits that depend on one another are checked by loading alone.
///
/// # Source
/// JSON Schema draft 2020-12.
pub fn json_schema() -> String {
    let mut top = object("Hypostyle", "The settings of an application.", sections(true));
    let definitions = json!({
        "sqlite": group("SQLite", "How SQLite databases are opened.", Sqlite::TABLE),
        "server": group("Server", "How the server listens and where it stops.", Server::TABLE),
        "database": group("Database", "What is set for one database.", DatabaseSettings::TABLE),
        "panel": panel(),
        "environment": object(
            "Environment",
            "What differs in one environment.",
            sections(false),
        ),
    });
    top.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    top.insert("$defs".to_owned(), definitions);
    format!("{:#}", Value::Object(top))
}

/// The properties of the top level, or of an environment's section.
fn sections(is_top: bool) -> Map<String, Value> {
    let settings = Settings::TABLE.iter().filter(|setting| is_top || setting.is_per_environment);
    let mut properties = properties(settings);
    let mut add = |name: &str, schema: Value| properties.insert(name.to_owned(), schema);
    add("sqlite", json!({ "$ref": "#/$defs/sqlite" }));
    add("server", json!({ "$ref": "#/$defs/server" }));
    add("databases", named("Databases", "What is set for databases by name.", "database"));
    add(
        "panels",
        json!({
            "title": "Panels",
            "description": "What the console's first page shows, in this order.",
            "type": "array",
            "maxItems": 100,
            "items": { "$ref": "#/$defs/panel" },
        }),
    );
    if is_top {
        let description = "What differs in an environment, by its name.";
        add("environments", named("Environments", description, "environment"));
    }
    properties
}

fn named(title: &str, description: &str, definition: &str) -> Value {
    json!({
        "title": title,
        "description": description,
        "type": "object",
        "maxProperties": 100,
        "propertyNames": { "pattern": NAME },
        "additionalProperties": { "$ref": format!("#/$defs/{definition}") },
    })
}

fn panel() -> Value {
    let description = "What a part of the console's first page shows.";
    let mut panel = object("Panel", description, properties(Panel::TABLE));
    let required = Panel::TABLE.iter().filter(|setting| setting.is_required);
    panel.insert("required".to_owned(), required.map(Setting::field).collect());
    Value::Object(panel)
}

fn group(title: &str, description: &str, settings: &'static [Setting]) -> Value {
    Value::Object(object(title, description, properties(settings)))
}

fn object(title: &str, description: &str, properties: Map<String, Value>) -> Map<String, Value> {
    let entries = [
        ("title", title.into()),
        ("description", description.into()),
        ("type", "object".into()),
        ("properties", properties.into()),
        ("additionalProperties", false.into()),
    ];
    entries.into_iter().map(|(name, value): (_, Value)| (name.to_owned(), value)).collect()
}

fn properties(settings: impl IntoIterator<Item = &'static Setting>) -> Map<String, Value> {
    settings.into_iter().map(|each| (each.field().to_owned(), property(each))).collect()
}

fn property(setting: &'static Setting) -> Value {
    let mut schema = match kind(setting.kind) {
        // Nothing at all is a text without characters.
        text if setting.takes_nothing() => {
            Map::from_iter([("anyOf".to_owned(), json!([{ "const": "" }, text]))])
        }
        Value::Object(schema) => schema,
        _ => Map::new(),
    };
    let mut add = |name: &str, value: Value| schema.insert(name.to_owned(), value);
    let mut description = setting.description.to_owned();
    if !setting.empty.is_empty() {
        description += &format!(" Empty: {}.", setting.empty);
    }
    add("title", setting.key.into());
    if !setting.unit.is_empty() {
        description += &format!(" Unit: {}.", setting.unit);
        add("x-unit", setting.unit.into());
    }
    add("description", description.into());
    if !setting.is_required {
        add("default", default(setting));
    }
    schema.into()
}

/// The default as the file would say it.
fn default(setting: &'static Setting) -> Value {
    let mut values = Values::default();
    values.complete([setting]);
    match setting.kind {
        Kind::Bytes { .. } | Kind::Duration { .. } => setting.default.into(),
        Kind::List(_) => Value::Array(Vec::new()),
        _ => match values.get(setting.key).map(|given| given.value.json()) {
            None | Some(Value::Null) => "".into(),
            Some(value) => value,
        },
    }
}

fn kind(kind: Kind) -> Value {
    match kind {
        Kind::Text { chars_max } => {
            json!({ "type": "string", "maxLength": chars_max, "pattern": "\\S" })
        }
        Kind::Token => json!({ "type": "string", "pattern": "^[!-~]{1,1000}$" }),
        Kind::Name => json!({ "type": "string", "pattern": NAME }),
        Kind::Id => json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,62}$" }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Count { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Duration { min, max } => json!({ "anyOf": [
            { "type": "number", "minimum": min.as_secs_f64(), "maximum": max.as_secs_f64() },
            { "type": "string", "pattern": "^\\s*[0-9][0-9a-zµ.\\s]*$" },
        ] }),
        Kind::Bytes { min, max } => json!({ "anyOf": [
            { "type": "integer", "minimum": min, "maximum": max },
            { "type": "string", "pattern": "^\\s*[0-9]+\\s*([KMGkmg]?[iI]?[Bb])?\\s*$" },
        ] }),
        Kind::Address => {
            json!({ "type": "string", "pattern": "^\\s*([0-9.]+|\\[[0-9A-Fa-f:.%]+\\]):[0-9]{1,5}\\s*$" })
        }
        Kind::Url => json!({ "type": "string", "pattern": "^\\s*[A-Za-z][A-Za-z0-9+._-]*:." }),
        Kind::OneOf(words) => json!({ "enum": words }),
        Kind::List(item) => json!({
            "type": "array",
            "maxItems": 1_000,
            "items": { "type": "string", "pattern": pattern(item) },
        }),
    }
}

fn pattern(item: Item) -> &'static str {
    match item {
        Item::Host => "^(\\[[^\\s/]+\\]|[^\\s/:]+)$",
        Item::Origin => "^https?://[^\\s/?#@]+$",
        Item::Table => "^[^\\n\\r\\t]+$",
    }
}
