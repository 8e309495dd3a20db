//! The JSON Schema says of a file what loading it says.

use boon::{Compiler, SchemaIndex, Schemas};
use hypostyle_app::settings::{all, json_schema};
use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use crate::place::Said;

struct Checker {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Checker {
    /// Compiles the schema, which checks it against the schema of its draft.
    fn new() -> Self {
        let schema: Value = serde_json::from_str(&json_schema()).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let mut compiler = Compiler::new();
        compiler.add_resource("hypostyle.json", schema).unwrap();
        let mut schemas = Schemas::new();
        let index = compiler.compile("hypostyle.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    /// Checks that the schema and the loader agree about a file.
    #[track_caller]
    fn check(&self, toml: &str, expect: bool) {
        let table = DeTable::parse(toml).unwrap();
        let value = object(table.get_ref());
        let said = self.schemas.validate(&value, self.index);
        assert_eq!(said.is_ok(), expect, "the schema: {toml} {said:?}");
        let loaded = Said::toml(toml).load();
        assert_eq!(loaded.is_ok(), expect, "the loader: {toml} {loaded:?}");
    }
}

fn object(table: &DeTable<'_>) -> Value {
    let entries =
        table.iter().map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref())));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => number.as_str().parse::<i64>().unwrap().into(),
        DeValue::Float(number) => number.as_str().parse::<f64>().unwrap().into(),
        DeValue::Boolean(value) => (*value).into(),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => object(table),
        DeValue::Datetime(_) => panic!("no setting is a date"),
    }
}

#[test]
fn the_schema_takes_every_example_and_every_default() {
    let checker = Checker::new();
    for setting in all().filter(|setting| !setting.key.starts_with("panels.")) {
        let key = setting.key.replace("NAME", "shop");
        if !setting.example.is_empty() {
            checker.check(&format!("{key} = {}", setting.example), true);
        }
        let schema: Value = serde_json::from_str(&json_schema()).unwrap();
        let property = match setting.key.split('.').collect::<Vec<_>>()[..] {
            [field] => &schema["properties"][field],
            ["databases", _, field] => &schema["$defs"]["database"]["properties"][field],
            [group, field] => &schema["$defs"][group]["properties"][field],
            _ => panic!("{key}"),
        };
        checker.check(&format!("{key} = {}", property["default"]), true);
        assert!(property["description"].as_str().unwrap().starts_with(setting.description));
        assert_eq!(property["title"], setting.key);
    }
    let panel = all().filter(|setting| setting.key.starts_with("panels."));
    let lines = panel.map(|setting| format!("{} = {}\n", setting.field(), setting.example));
    checker.check(&format!("[[panels]]\n{}", lines.collect::<String>()), true);
}

#[test]
fn the_schema_and_the_loader_agree() {
    let checker = Checker::new();
    checker.check("", true);
    checker.check("colour = 1", false);
    checker.check("pool_size = 0", false);
    checker.check("pool_size = '5'", false);
    checker.check("slow_after = '1h 30m'", true);
    checker.check("slow_after = 0.5", true);
    checker.check("slow_after = -1", false);
    checker.check("slow_after = 'soon'", false);
    checker.check("server.body_bytes_max = '10 kB'", true);
    checker.check("server.body_bytes_max = 'much'", false);
    checker.check("server.body_bytes_max = 1.5", false);
    checker.check("server.listen = '[::1]:80'", true);
    checker.check("server.listen = 'localhost:80'", false);
    checker.check("server.sql_editor = 'yes'", false);
    checker.check("server.allowed_hosts = ['a:80']", false);
    checker.check("server.allowed_hosts = ['[::1]']", true);
    checker.check("server.allowed_origins = ['https://a.example/x']", false);
    checker.check("server.api_key = 'a b'", false);
    checker.check("sqlite.journal_mode = 'wal'", false);
    checker.check("sqlite.cache_size = ''", true);
    checker.check("database_url = ''", true);
    checker.check("database_url = 'shop'", false);
    checker.check("[databases.shop]\nwritable = ['*']", true);
    checker.check("[databases.shop]\nreadable = ['*']", false);
    checker.check("[databases.'a b']", false);
    checker.check("[environments.production]\nserver.listen = '127.0.0.1:80'", true);
    checker.check("[environments.production.databases.shop]\nurl = 'sqlite:x.db'", true);
    checker.check("[environments.production]\nname = 'x'", false);
    checker.check("[environments.production]\nenvironment = 'testing'", false);
    checker.check("[environments.production.environments.x]", false);
    let panel = "[[panels]]\ntitle = 'A'\ndatabase = 'shop'\nchart = 'bar'\n";
    checker.check(&format!("{panel}sql = 'SELECT 1'"), true);
    checker.check(&format!("{panel}sql = 'SELECT 1'\nid = 'A B'"), false);
    checker.check(panel, false);
    checker.check("[[panels]]\ntitle = 'A'\ndatabase = 'shop'\nsql = 'x'\nchart = 'pie'", false);
}
