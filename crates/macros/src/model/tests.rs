//! What the derive refuses: where it points, and what it says to write.

use super::{expand, expand_embed};

/// Compares the errors, each with the text it points at.
#[track_caller]
fn refuses(input: &str, expect: &[(&str, &str)]) {
    let parsed = syn::parse_str(input).expect("the input is Rust");
    let errors = expand(&parsed).expect_err("the input is refused");
    let errors: Vec<(String, String)> = errors
        .into_iter()
        .map(|error| (error.span().source_text().unwrap_or_default(), error.to_string()))
        .collect();
    let found: Vec<(&str, &str)> = errors.iter().map(|(at, text)| (&**at, &**text)).collect();
    assert_eq!(found, expect);
}

/// Refuses a field of a model that is right otherwise.
#[track_caller]
fn refuses_field(field: &str, at: &str, message: &str) {
    refuses(&format!("struct User {{ #[model(key)] id: i64, {field} }}"), &[(at, message)]);
}

#[test]
fn what_is_no_table_is_refused() {
    let named = "Model is derived for structures with named fields, which become columns";
    refuses("enum Kind { A }", &[("Kind", named)]);
    refuses("struct Pair(i64, i64);", &[("Pair", named)]);
    let generic = "a model is one table: leave out its parameters";
    refuses("struct Row<T> { #[model(key)] id: T }", &[("T", generic)]);
    let keyless = "a model needs a key: mark a field with #[model(key)], or several";
    refuses("struct User { name: String }", &[("User", keyless)]);
}

#[test]
fn every_wrong_field_is_told_at_once() {
    let optional = "a key is never NULL: leave out the Option";
    let deleted =
        "when a row was deleted is an Option, as Option<Timestamp>: None while it is there";
    refuses(
        "struct User { #[model(key)] id: Option<i64>, #[model(deleted)] gone: Timestamp }",
        &[("id", optional), ("gone", deleted)],
    );
}

#[test]
fn fields_that_contradict_themselves_are_refused() {
    refuses_field(
        "#[model(natural)] code: String",
        "code",
        "`natural` says of a key that the program gives it: add `key`",
    );
    refuses_field(
        "#[model(autoincrement)] code: i64",
        "code",
        "`autoincrement` says of a key that its numbers are never given again: add `key`",
    );
    refuses_field(
        "#[model(version)] version: String",
        "version",
        "a version is a whole number, as i64",
    );
    refuses_field(
        "#[model(relation = author)] author_id: i64",
        "author",
        "a relation goes to a model: add `references = Model`",
    );
    refuses_field(
        "#[model(on_delete = \"cascade\")] author_id: i64",
        "\"cascade\"",
        "only a reference acts: add `references = Model`",
    );
    refuses_field(
        "#[model(references = User, on_delete = \"drop\")] author_id: i64",
        "\"drop\"",
        "an action is \"cascade\", \"restrict\", \"set null\", \"set default\" or \"no action\"",
    );
    refuses_field(
        "#[model(generated = \"a + b\", default = 1)] sum: i64",
        "sum",
        "a computed column has no default: leave out one of the two",
    );
    refuses_field(
        "#[model(rename = \"id\")] other: i64",
        "other",
        "the column `id` is another field's",
    );
    refuses_field(
        "#[model(skip, created)] at: Timestamp",
        "at",
        "a skipped field has no column: leave out its other options",
    );
    refuses_field(
        "#[model(created)] a: Timestamp, #[model(created)] b: Timestamp",
        "b",
        "a model has one field marked `created`",
    );
}

#[test]
fn options_that_do_not_exist_are_refused_where_they_stand() {
    let at = "struct User { #[model(key)] id: i64, #[model(uniqe)] name: String }";
    let parsed = syn::parse_str(at).expect("the input is Rust");
    let error = expand(&parsed).expect_err("the option is refused");
    assert_eq!(error.span().source_text().as_deref(), Some("uniqe"));
    assert!(error.to_string().contains("`unique`, `index`"), "{error}");
    refuses_field("#[model(default = [1])] a: i64", "[", "expected literal");
    refuses_field(
        "#[model(precision(2, 10))] price: Decimal",
        "precision(2, 10)",
        "write the digits in all and those behind the point: `precision(10, 2)`",
    );
    refuses_field(
        "#[model(key, key, length = 3, length = 4)] a: String",
        "length = 4",
        "the option is given twice",
    );
}

#[test]
fn relations_that_are_not_whole_say_how_to_write_them() {
    let model = |options: &str| {
        format!("#[model({options})] struct User {{ #[model(key)] id: i64, name: String }}")
    };
    refuses(
        &model("has_many(posts = Post)"),
        &[(
            "has_many(posts = Post)",
            "the relation is not whole; write `has_many(posts = Post, by = author_id)`",
        )],
    );
    refuses(
        &model("many_to_many(tags = Tag, through = UserTag(user_id))"),
        &[(
            "through = UserTag(user_id)",
            "name two fields: the one with this model's key, then the other's",
        )],
    );
    refuses(
        &model("has_one(name = Profile, by = user_id)"),
        &[("name", "`name` is the name of a field or of another relation")],
    );
    refuses(
        &model("index(name = \"by_nothing\")"),
        &[("index(name = \"by_nothing\")", "an index needs a field or an expression")],
    );
    refuses(&model("index()"), &[(")", "unexpected end of input, expected nested attribute")]);
}

#[test]
fn what_an_embedded_structure_cannot_say_is_refused() {
    let own =
        "an embedded structure has columns of its own: say this of its fields, or of the model";
    refuses_field("#[model(embed, unique)] home: Address", "home", own);
    refuses_field("#[model(embed, rename = \"house\")] home: Address", "home", own);
    refuses_field(
        "#[model(embed(before = \"a\"))] home: Address",
        "before",
        "no such option: `embed` takes `prefix = \"…\"`",
    );
    refuses(
        "#[model(unique(home))] struct User { #[model(key)] id: i64, #[model(embed)] home: Address }",
        &[("home", "an index is of columns: write one of the structure's, as `address.city`")],
    );
}

#[test]
fn what_is_the_models_is_refused_in_an_embedded_structure() {
    #[track_caller]
    fn refuses_embedded(input: &str, at: &str, message: &str) {
        let parsed = syn::parse_str(input).expect("the input is Rust");
        let error = expand_embed(&parsed).expect_err("the input is refused");
        let found = (error.span().source_text().unwrap_or_default(), error.to_string());
        assert_eq!((&*found.0, &*found.1), (at, message));
    }
    refuses_embedded(
        "enum Kind { A }",
        "Kind",
        "Embed is derived for structures with named fields, which become columns",
    );
    refuses_embedded(
        "struct A<T> { city: T }",
        "T",
        "an embedded structure has columns of its own: leave out its parameters",
    );
    refuses_embedded("struct A {}", "A", "an embedded structure needs a field that is a column");
    refuses_embedded(
        "#[model(table = \"a\")] struct A { city: String }",
        "table",
        "no such option: an embedded structure takes `rename_all = …` and `crate = …`; the rest is \
         said of the model",
    );
    let field = |option: &str, message: &str| {
        let input = format!("struct A {{ #[model({option})] city: i64 }}");
        refuses_embedded(&input, "city", message);
    };
    field("key", "a key is a field of the model itself");
    field("version", "what the repository keeps is a field of the model itself");
    field(
        "unique",
        "an index is the model's: write `unique(embedded.field)` or `index(embedded.field)` there",
    );
    field(
        "check = \"city > 0\"",
        "an expression names columns as they are in the table: write the `check` at the model, and a \
         computed column as its field",
    );
    field("references = City", "what names another row is a field of the model itself");
    refuses_embedded(
        "struct A { city: i64, #[model(rename = \"city\")] town: i64 }",
        "town",
        "the column `city` is another field's",
    );
}
