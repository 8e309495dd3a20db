//! The file `hypostyle.toml`.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::declare::Setting;
use super::hint::{did_you_mean, nearest};
use super::kind::is_name;
use super::layer::{Layer, PanelValues, Values, cut};
use super::origin::Origin;
use super::problem::{Problem, Problems};
use super::source::Lines;
use super::table::{self, DatabaseSettings, Panel, Server, Settings, Sqlite};
use super::value::Raw;

/// The most databases, environments and panels, each.
const ENTRIES_MAX: usize = 100;

/// What the file says.
#[derive(Default)]
pub(super) struct File {
    pub(super) top: Layer,
    pub(super) environments: BTreeMap<String, Layer>,
}

/// Reads the file and tells everything that is wrong with it.
pub(super) fn parse(text: &str, problems: &mut Problems) -> File {
    let lines = Lines::new(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let (line, column) = lines.place(error.span().map_or(text.len(), |span| span.start));
        let message = format!("this is not TOML: {}", error.message());
        let problem = Problem::at(Origin::File(line), message);
        problems.push(Problem { column: Some(column), ..problem });
    }
    if !errors.is_empty() {
        return File::default();
    }
    let mut reader = Reader { lines, problems, environments: BTreeMap::new() };
    let top = reader.section(document.get_ref(), None);
    File { top, environments: reader.environments }
}

type Node<'a, 'i> = &'a Spanned<DeValue<'i>>;
type Key<'i> = Spanned<std::borrow::Cow<'i, str>>;

struct Reader<'a> {
    lines: Lines<'a>,
    problems: &'a mut Problems,
    environments: BTreeMap<String, Layer>,
}

impl Reader<'_> {
    /// Reads the top level, or the section of an environment.
    fn section(&mut self, table: &DeTable<'_>, environment: Option<&str>) -> Layer {
        let mut layer = Layer::default();
        let path = environment.map(|name| format!("environments.{name}.")).unwrap_or_default();
        for (key, node) in table.iter() {
            match &**key.get_ref() {
                "sqlite" => self.group(node, &path, "sqlite", Sqlite::TABLE, &mut layer.values),
                "server" => self.group(node, &path, "server", Server::TABLE, &mut layer.values),
                "databases" => layer.databases = self.databases(node, &path),
                "panels" => layer.panels = self.panels(node, &path),
                "environments" if environment.is_none() => self.environments(node),
                _ => self.field(key, node, &path, Settings::TABLE, &mut layer.values),
            }
        }
        layer
    }

    fn group(
        &mut self,
        node: Node<'_, '_>,
        path: &str,
        name: &str,
        settings: &'static [Setting],
        values: &mut Values,
    ) {
        let path = format!("{path}{name}");
        let Some(table) = self.table(node, &path) else { return };
        for (key, node) in table.iter() {
            self.field(key, node, &format!("{path}."), settings, values);
        }
    }

    fn databases(&mut self, node: Node<'_, '_>, path: &str) -> BTreeMap<String, Values> {
        let path = format!("{path}databases");
        let mut databases = BTreeMap::new();
        for (name, node) in self.named(node, &path) {
            let mut values = Values::default();
            self.group(node, &format!("{path}."), &name, DatabaseSettings::TABLE, &mut values);
            databases.insert(name, values);
        }
        databases
    }

    fn environments(&mut self, node: Node<'_, '_>) {
        for (name, node) in self.named(node, "environments") {
            let Some(table) = self.table(node, &format!("environments.{name}")) else { continue };
            let layer = self.section(table, Some(&name));
            self.environments.insert(name, layer);
        }
    }

    fn panels(&mut self, node: Node<'_, '_>, path: &str) -> Option<Vec<PanelValues>> {
        let path = format!("{path}panels");
        let entries = match node.get_ref() {
            DeValue::Array(entries) if entries.len() <= ENTRIES_MAX => entries,
            DeValue::Array(_) => {
                self.tell(node.span(), format!("{path} has more than {ENTRIES_MAX} entries"));
                return None;
            }
            _ => {
                self.tell(node.span(), format!("{path} takes entries that begin with [[{path}]]"));
                return None;
            }
        };
        Some(entries.iter().filter_map(|entry| self.panel(entry, &path)).collect())
    }

    fn panel(&mut self, node: Node<'_, '_>, path: &str) -> Option<PanelValues> {
        let table = self.table(node, path)?;
        let mut values = Values::default();
        for (key, node) in table.iter() {
            self.field(key, node, &format!("{path}."), Panel::TABLE, &mut values);
        }
        let given: Vec<&str> = table.keys().map(|key| &**key.get_ref()).collect();
        let (line, _) = self.lines.place(node.span().start);
        for setting in Panel::TABLE.iter().filter(|setting| setting.is_required) {
            if !given.contains(&setting.field()) {
                let (field, example) = (setting.field(), setting.example);
                let message = format!("this panel has no `{field}`: add {field} = {example}");
                self.problems.push(Problem::at(Origin::File(line), message));
            }
        }
        Some(PanelValues { values, line })
    }

    /// Reads one setting of those that may stand here.
    fn field(
        &mut self,
        key: &Key<'_>,
        node: Node<'_, '_>,
        path: &str,
        settings: &'static [Setting],
        values: &mut Values,
    ) {
        let whole = format!("{path}{}", key.get_ref());
        let found = settings.iter().find(|setting| setting.field() == key.get_ref());
        let Some(setting) = found else { return self.unknown(key, &whole, path, settings) };
        if path.starts_with("environments.") && !setting.is_per_environment {
            let message = format!("`{}` cannot differ between environments", setting.key);
            return self.tell(key.span(), message + ": set it above the first section");
        }
        let shown = cut(self.lines.text().get(node.span()).unwrap_or_default());
        match setting.read(&raw(node.get_ref()), &shown, &whole) {
            Ok(value) => {
                let (line, _) = self.lines.place(node.span().start);
                values.set(setting, value, Origin::File(line));
            }
            Err(message) => self.tell(node.span(), message),
        }
    }

    fn unknown(&mut self, key: &Key<'_>, whole: &str, path: &str, settings: &[Setting]) {
        let section = path.split('.').next().unwrap_or_default();
        let depth = path.matches('.').count();
        let is_top = section.is_empty() || (section == "environments" && depth == 2);
        let fits = |setting: &&Setting| section.is_empty() || setting.is_per_environment;
        let mut known: Vec<String> = Vec::new();
        if is_top {
            known.extend(table::fixed().filter(fits).map(|each| format!("{path}{}", each.key)));
            let sections = ["sqlite", "server", "databases", "panels"];
            known.extend(sections.map(|section| format!("{path}{section}")));
        } else {
            known.extend(settings.iter().map(|setting| format!("{path}{}", setting.field())));
        }
        if path.is_empty() {
            known.push("environments".to_owned());
        }
        let hint = did_you_mean(nearest(whole, known.iter().map(String::as_str)));
        let (line, _) = self.lines.place(key.span().start);
        let message = format!("unknown key `{}`{hint}", cut(whole));
        self.problems.push(Problem::at(Origin::File(line), message));
    }

    /// Answers the entries of a table whose names are the user's.
    fn named<'a, 'i>(&mut self, node: Node<'a, 'i>, path: &str) -> Vec<(String, Node<'a, 'i>)> {
        let Some(table) = self.table(node, path) else { return Vec::new() };
        if table.len() > ENTRIES_MAX {
            self.tell(node.span(), format!("{path} has more than {ENTRIES_MAX} entries"));
            return Vec::new();
        }
        let mut named = Vec::new();
        for (key, node) in table.iter() {
            let name = &**key.get_ref();
            if is_name(name) {
                named.push((name.to_owned(), node));
            } else {
                let name = cut(name);
                let takes = super::Kind::Name.takes();
                self.tell(key.span(), format!("`{name}` in {path} must be {takes}"));
            }
        }
        named
    }

    fn table<'a, 'i>(&mut self, node: Node<'a, 'i>, path: &str) -> Option<&'a DeTable<'i>> {
        if let DeValue::Table(table) = node.get_ref() {
            return Some(table);
        }
        let shown = match path.split('.').next_back() {
            Some("panels") => format!("[[{path}]]"),
            _ => format!("[{path}]"),
        };
        self.tell(node.span(), format!("{path} is a section: write {shown}, then its settings"));
        None
    }

    fn tell(&mut self, span: Range<usize>, message: String) {
        let (line, column) = self.lines.place(span.start);
        let problem = Problem::at(Origin::File(line), message);
        self.problems.push(Problem { column: Some(column), ..problem });
    }
}

fn raw<'a>(value: &'a DeValue<'_>) -> Raw<'a> {
    match value {
        DeValue::String(text) => Raw::Text(text),
        DeValue::Integer(number) => {
            i128::from_str_radix(number.as_str(), number.radix()).map_or(Raw::Other, Raw::Integer)
        }
        DeValue::Float(number) => number.as_str().parse().map_or(Raw::Other, Raw::Float),
        DeValue::Boolean(value) => Raw::Bool(*value),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| item.get_ref().as_str().map(str::to_owned));
            items.collect::<Option<Vec<String>>>().map_or(Raw::Other, Raw::List)
        }
        DeValue::Datetime(_) | DeValue::Table(_) => Raw::Other,
    }
}
