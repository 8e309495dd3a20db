//! Inspection of live databases.

use std::time::{Duration, Instant};

use hypostyle::{ErrorKind, Result};
use hypostyle_schema::{IndexedBy, Inspector, Schema, Table, TableKind, inspect, table, tables};

use crate::Home;

/// Inspects what a script makes and compares a short form of it.
async fn check(script: &str, expect: &str) -> Result<()> {
    let home = Home::new(script).await?;
    let schema = inspect(&home.db).await?;
    assert_eq!(show(&schema), expect, "{script}");
    let names: Vec<String> = schema.tables.iter().map(|table| table.name.clone()).collect();
    assert_eq!(tables(&home.db).await?, names);
    for expect in &schema.tables {
        assert_eq!(table(&home.db, &expect.name).await?.as_ref(), Some(expect));
    }
    Ok(())
}

fn show(schema: &Schema) -> String {
    let tables = schema.tables.iter().map(show_table);
    let enumerations = schema.enumerations.iter().map(|it| format!("TYPE {}", it.name));
    let domains = schema.domains.iter().map(|it| format!("DOMAIN {}", it.name));
    let sequences = schema.sequences.iter().map(|it| format!("SEQUENCE {}", it.name));
    let definitions =
        schema.definitions.iter().map(|it| format!("{} {}", it.kind.words(), it.name));
    let beside = domains.chain(enumerations).chain(sequences).chain(definitions);
    tables.chain(beside).chain(schema.beyond.iter().cloned()).collect::<Vec<_>>().join("\n")
}

fn show_table(table: &Table) -> String {
    let mut lines = vec![format!("{} {}", table.kind.words(), table.name)];
    for column in &table.columns {
        let mut line = format!("{} {}: {:?}", column.name, column.declared, column.kind);
        line += if column.nullable { "?" } else { "" };
        line += &column.primary_key.map(|at| format!(" key {at}")).unwrap_or_default();
        line += &column.default.as_ref().map(|by| format!(" = {by}")).unwrap_or_default();
        line += &column.generated.as_ref().map(|by| format!(" {by:?}")).unwrap_or_default();
        line += &column.identity.map(|when| format!(" identity {when:?}")).unwrap_or_default();
        line += &format!(" {}", column.labels.join("|"));
        line += column.comment.as_deref().unwrap_or_default();
        lines.push(line.trim_end().to_owned());
    }
    for key in &table.foreign_keys {
        let (from, to) = (key.columns.join(","), key.referenced_columns.join(","));
        let actions = format!("{:?} {:?}", key.on_update, key.on_delete);
        lines.push(format!("{from} -> {}({to}) {actions}", key.referenced_table));
    }
    for index in &table.indexes {
        let parts = index.parts.iter().map(|part| {
            let by = match &part.by {
                IndexedBy::Column(name) => name.clone(),
                IndexedBy::Expression(text) => format!("({text})"),
            };
            let collation = part.collation.as_ref().map(|name| format!(" {name}"));
            let class = part.class.as_ref().map(|name| format!(" {name}"));
            let descending = if part.descending { " desc" } else { "" };
            let nulls = part.nulls.map(|nulls| format!(" nulls {nulls:?}"));
            let [collation, class, nulls] =
                [collation, class, nulls].map(Option::unwrap_or_default);
            format!("{by}{collation}{class}{descending}{nulls}")
        });
        let parts = parts.collect::<Vec<_>>().join(", ");
        let unique = if index.unique { " unique" } else { "" };
        let method = index.method.as_deref().unwrap_or("-");
        let wheres = index.predicate.as_ref().map(|by| format!(" where {by}")).unwrap_or_default();
        let include = match index.include.join(", ") {
            none if none.is_empty() => none,
            include => format!(" include {include}"),
        };
        let origin = index.origin;
        lines.push(format!("{origin:?} {}{unique} {method}: {parts}{include}{wheres}", index.name));
    }
    lines.extend(table.checks.iter().map(|check| {
        format!("check {} {}", check.name.as_deref().unwrap_or("-"), check.expression)
    }));
    lines.extend(table.problem.as_ref().map(|problem| format!("problem: {problem}")));
    lines.extend(table.comment.as_ref().map(|comment| format!("comment: {comment}")));
    lines.extend(table.inherited.then(|| "inherited".to_owned()));
    let option = |it: &hypostyle::schema::TableOption| {
        format!("option: {} {}", it.name, it.value).trim().to_owned()
    };
    lines.extend(table.options.iter().map(option));
    lines.extend(table.triggers.iter().map(|it| it.sql.clone()));
    lines.extend(table.definitions.iter().map(|it| format!("{}: {}", it.kind.words(), it.sql)));
    lines.extend(table.beyond.iter().map(|more| format!("beyond: {more}")));
    lines.join("\n  ")
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_keys_and_checks_are_inspected() -> Result<()> {
    check(
        r#"CREATE TYPE mood AS ENUM ('sad', 'so ''so''', 'happy');
         CREATE DOMAIN year AS integer CHECK (VALUE > 1900);
         CREATE DOMAIN late_year AS year NOT NULL;
         CREATE TABLE "o""dd" (
             id bigint GENERATED ALWAYS AS IDENTITY, n serial, name varchar(20) DEFAULT 'it''s',
             price numeric(10,2) CHECK (price >= 0), at timestamptz NOT NULL DEFAULT now(),
             twice bigint GENERATED ALWAYS AS (id * 2) STORED, mood mood, born late_year,
             tags text[], gone int, CONSTRAINT sane CHECK (length(name) < 9),
             PRIMARY KEY (name, id));
         ALTER TABLE "o""dd" DROP COLUMN gone;
         COMMENT ON TABLE "o""dd" IS 'odd';
         COMMENT ON COLUMN "o""dd".mood IS 'of the day';
         CREATE TABLE pair (b text, a int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
         CREATE VIEW sums AS SELECT name, sum(price) AS total FROM "o""dd" GROUP BY name;
         CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one;
         CREATE SEQUENCE alone; CREATE function one() RETURNS int LANGUAGE sql AS 'SELECT 1'"#,
        r#"materialized view kept
  one integer: I64?
table o"dd
  id bigint: I64 key 2 identity Always
  n integer: I64 = nextval('"o""dd_n_seq"'::regclass)
  name character varying(20): Text key 1 = 'it''s'::character varying
  price numeric(10,2): Decimal?
  at timestamp with time zone: TimestampTz = now()
  twice bigint: I64? Generated { storage: Stored, expression: Some("(id * 2)") }
  mood mood: Text? sad|so 'so'|happyof the day
  born late_year: I64
  tags text[]: List?
  PrimaryKey o"dd_pkey unique btree: name, id
  check o"dd_price_check price >= 0::numeric
  check sane length(name::text) < 9
  comment: odd
table pair
  b text: Text?
  a integer: I64 key 1 identity ByDefault
  PrimaryKey pair_pkey unique btree: a
view sums
  name character varying(20): Text?
  total numeric: Decimal?
DOMAIN late_year
DOMAIN year
TYPE mood
SEQUENCE alone
SEQUENCE o"dd_n_seq
function one()"#,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_keys_and_indexes_are_inspected() -> Result<()> {
    check(
        r#"CREATE TABLE a (x int, y int, z text, PRIMARY KEY (x, y), UNIQUE (z));
         CREATE TABLE b (
             p int, q int, r text REFERENCES a (z) ON UPDATE CASCADE ON DELETE SET NULL, s text,
             FOREIGN KEY (q, p) REFERENCES a (y, x) ON UPDATE SET DEFAULT ON DELETE RESTRICT);
         CREATE UNIQUE INDEX few ON b (lower(r), p DESC, q NULLS FIRST) INCLUDE (s) WHERE p > 0;
         CREATE INDEX pattern ON b (s COLLATE "C" text_pattern_ops);
         CREATE INDEX words ON b USING gin (to_tsvector('english', s));"#,
        r#"table a
  x integer: I64 key 1
  y integer: I64 key 2
  z text: Text?
  PrimaryKey a_pkey unique btree: x, y
  Unique a_z_key unique btree: z
table b
  p integer: I64?
  q integer: I64?
  r text: Text?
  s text: Text?
  r -> a(z) Cascade SetNull
  q,p -> a(y,x) SetDefault Restrict
  Created few unique btree: (lower(r)), p desc, q nulls First include s where p > 0
  Created pattern btree: s C text_pattern_ops
  Created words gin: (to_tsvector('english'::regconfig, s))"#,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_model_has_no_place_for_is_carried() -> Result<()> {
    check(
        r#"CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
         CREATE UNLOGGED TABLE room (
             id int PRIMARY KEY DEFERRABLE, name text COLLATE "C", span int4range,
             EXCLUDE USING gist (span WITH &&)) WITH (fillfactor = 70);
         CREATE TRIGGER t BEFORE UPDATE ON room FOR EACH ROW EXECUTE FUNCTION noop();
         CREATE RULE keep AS ON DELETE TO room DO INSTEAD NOTHING;
         ALTER TABLE room ENABLE ROW LEVEL SECURITY;
         CREATE POLICY mine ON room USING (true);
         CREATE STATISTICS pair ON id, name FROM room;
         ALTER TABLE room ADD CONSTRAINT late CHECK (id > 0) NOT VALID;"#,
        r#"table room
  id integer: I64 key 1
  name text: Text?
  span int4range: Native?
  PrimaryKey room_pkey unique btree: id
  check late id > 0
  option: UNLOGGED
  option: WITH (fillfactor=70)
  CREATE TRIGGER t BEFORE UPDATE ON room FOR EACH ROW EXECUTE FUNCTION noop()
  constraint: ALTER TABLE public.room ADD CONSTRAINT room_span_excl EXCLUDE USING gist (span WITH &&)
  statistics: CREATE STATISTICS public.pair ON id, name FROM room
  rule: CREATE RULE keep AS
    ON DELETE TO room DO INSTEAD NOTHING;
  policy: ALTER TABLE public.room ENABLE ROW LEVEL SECURITY
  policy: CREATE POLICY mine ON public.room USING (true)
function noop()"#,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_heirs_and_foreign_tables_are_inspected() -> Result<()> {
    check(
        r#"CREATE TABLE part (id int PRIMARY KEY, at date) PARTITION BY RANGE (id);
         CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
         CREATE TABLE child (part_id int REFERENCES part);
         CREATE TABLE person (name text); CREATE TABLE player (club text) INHERITS (person);
         CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
         CREATE FOREIGN TABLE star (x int) SERVER far;"#,
        r#"table child
  part_id integer: I64?
  part_id -> part(id) NoAction NoAction
partitioned table part
  id integer: I64 key 1
  at date: Date?
  PrimaryKey part_pkey unique btree: id
  option: PARTITION BY RANGE (id)
table part_1
  id integer: I64 key 1
  at date: Date?
  option: PARTITION OF part
  option: FOR VALUES FROM (0) TO (10)
table person
  name text: Text?
  inherited
table player
  name text: Text?
  club text: Text?
  option: INHERITS (person)
foreign table star
  x integer: I64?
  option: SERVER far
definition foreign data wrapper w
definition server far"#,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_of_the_search_path_come_first_and_others_are_told() -> Result<()> {
    let home = Home::new(
        r#"CREATE SCHEMA zoo; CREATE SCHEMA app; CREATE SCHEMA "a.b";
         CREATE TABLE public.orders (id int PRIMARY KEY);
         CREATE TABLE public."sales.x" (id int); CREATE TABLE "a.b"."c""d" (id int);
         CREATE TABLE zoo.orders (id int REFERENCES public.orders, zoo text);
         CREATE TABLE app.orders (id int, app text); CREATE TABLE app."Mixed" (id int);"#,
    )
    .await?;
    let all = "orders|public.\"sales.x\"|\"a.b\".\"c\"\"d\"|app.Mixed|app.orders|zoo.orders";
    assert_eq!(tables(&home.db).await?.join("|"), all);
    let zoo = table(&home.db, "zoo.orders").await?.unwrap();
    assert_eq!((&*zoo.schema, zoo.relation.as_deref()), ("zoo", Some("orders")));
    assert_eq!(zoo.foreign_keys[0].referenced_table, "orders");
    let dialect = home.db.engine().dialect;
    for told in all.split('|') {
        let found = table(&home.db, told).await?.unwrap();
        assert_eq!(found.name, told);
        home.db.execute(&format!("SELECT id FROM {}", found.sql_name(dialect)?), ()).await?;
    }

    let app = home.again("?search_path=app,public").await?;
    assert_eq!(tables(&app).await?[..3], ["app.Mixed", "app.orders", "orders"]);
    let check = async |name: &str, expect: Option<&str>| {
        let found = table(&app, name).await?.map(|table| table.name);
        assert_eq!(found.as_deref(), expect, "{name}");
        Ok::<_, hypostyle::Error>(())
    };
    check("orders", Some("orders")).await?;
    check("ORDERS", Some("orders")).await?;
    check("App.Orders", Some("app.orders")).await?;
    check("mixed", Some("app.Mixed")).await?;
    check("public.orders", Some("orders")).await?;
    check("x", None).await?;
    check("sales.x", Some("public.\"sales.x\"")).await?;
    check("a.b.c\"d", None).await?;
    check("pg_class", None).await?;
    check("pg_catalog.pg_class", None).await?;
    check("", None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_of_columns_are_those_of_answered_values() -> Result<()> {
    let home = Home::new(
        r#"CREATE TYPE mood AS ENUM ('sad'); CREATE TYPE point3 AS (x int, y float8);
         CREATE DOMAIN tag AS varchar(9); CREATE DOMAIN tags AS text[];
         CREATE TYPE span AS RANGE (subtype = float8);
         CREATE TABLE every (
             a01 bool, a02 int2, a03 int4, a04 int8, a05 oid, a06 float4, a07 float8, a08 numeric,
             a09 text, a10 varchar(5), a11 char(5), a12 name, a13 "char", a14 xml, a15 bit(3),
             a16 varbit, a17 bytea, a18 date, a19 time, a20 timestamp, a21 timestamptz,
             a22 interval, a23 uuid, a24 json, a25 jsonb, a26 mood, a27 point3, a28 tag, a29 tags,
             a30 span, a31 int[], a32 mood[], a33 timetz, a34 inet, a35 money, a36 point, a37 box,
             a38 box[], a39 tsvector, a40 int4range, a41 int4multirange, a42 pg_lsn, a43 xid,
             a44 regclass, a45 int2vector, a46 refcursor, a47 point3[], a48 cidr[], a49 tid)"#,
    )
    .await?;
    let found = table(&home.db, "every").await?.unwrap();
    let answer = home.db.request("SELECT * FROM every").stream().await?;
    for (column, answered) in found.columns.iter().zip(answer.columns().iter()) {
        assert_eq!(column.kind, answered.kind, "{} {}", column.name, column.declared);
    }
    assert_eq!((found.columns.len(), answer.columns().len()), (49, 49));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_role_may_not_read_is_told() -> Result<()> {
    let home = Home::new(
        "CREATE TABLE secret (id int); CREATE TABLE open (id int);
         CREATE SCHEMA closed; CREATE TABLE closed.room (id int)",
    )
    .await?;
    let role = format!("reader_of_{}", home.scratch.name());
    let grants = format!("CREATE ROLE {role}; GRANT SELECT ON open, closed.room TO {role}");
    home.db.execute(&grants, ()).await?;
    let reader = home.again(&format!("?options=-c%20role%3D{role}")).await?;
    let problems: Vec<String> = inspect(&reader)
        .await?
        .tables
        .into_iter()
        .map(|table| format!("{}: {}", table.name, table.problem.unwrap_or_default()))
        .collect();
    let expect = [
        "open: ",
        "secret: permission denied for table secret",
        "closed.room: permission denied for table room",
    ];
    assert_eq!(problems, expect);
    reader.close().await?;
    home.db.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"), ()).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_does_not_hold_is_named_as_such() -> Result<()> {
    let home = Home::new("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)").await?;
    let refused = home.db.execute("CREATE UNIQUE INDEX CONCURRENTLY once ON t (id)", ()).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::UniqueViolation);
    let found = table(&home.db, "t").await?.unwrap();
    let named = "INVALID CREATE UNIQUE INDEX once ON public.t USING btree (id)";
    assert_eq!((found.indexes, found.beyond), (vec![], vec![named.to_owned()]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn views_keep_their_statements_and_can_be_made_again_of_them() -> Result<()> {
    let home = Home::new(
        "CREATE TABLE t (id int); CREATE VIEW \"V 1\" AS SELECT id AS \"I d\" FROM t;
         CREATE SCHEMA s; CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS one",
    )
    .await?;
    for (name, kind) in [("V 1", TableKind::View), ("s.m", TableKind::MaterializedView)] {
        let before = table(&home.db, name).await?.unwrap();
        assert_eq!(before.kind, kind);
        let quoted = before.sql_name(home.db.engine().dialect)?;
        let drop = format!("DROP {} {quoted}", kind.words());
        home.db.execute(&drop, ()).await?;
        home.db.execute(before.sql.as_deref().unwrap(), ()).await?;
        assert_eq!(table(&home.db, name).await?, Some(before));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tables_take_a_fixed_number_of_queries_and_little_time() -> Result<()> {
    let home = Home::new("").await?;
    home.scratch.query(
        "DO $$ BEGIN FOR i IN 1..1000 LOOP
             EXECUTE format('CREATE TABLE t%s (id bigint GENERATED BY DEFAULT AS IDENTITY
                 PRIMARY KEY, a bigint REFERENCES t%s, b text NOT NULL DEFAULT %L,
                 c numeric(10,2) CHECK (c > 0), d timestamptz DEFAULT now(), e text[], f jsonb,
                 g uuid UNIQUE, h date, i boolean)', i, greatest(i - 1, 1), 'x');
             EXECUTE format('CREATE INDEX ON t%s (lower(b), h DESC) WHERE i', i);
             COMMIT;
         END LOOP; END $$",
    )?;
    let queries = || home.db.figures().map(|figures| figures.queries);
    let before = queries();
    let began = Instant::now();
    let schema = inspect(&home.db).await?;
    let took = began.elapsed();
    println!("1000 tables inspected in {took:?}");
    // Ten times what is asked for: the machine of a test is a busy one.
    assert!(took < Duration::from_secs(20), "{took:?}");
    let asked = queries().zip(before).map(|(after, before)| after - before);
    assert_eq!((schema.tables.len(), asked), (1_000, Some(20)));
    let table = &schema.tables[0];
    assert_eq!((table.columns.len(), table.indexes.len(), table.checks.len()), (10, 3, 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_inspected_is_created_again() -> Result<()> {
    let script = "
        CREATE TABLE person (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
            name varchar(40) NOT NULL DEFAULT 'it''s', age integer CONSTRAINT grown CHECK (age > 0),
            twice integer GENERATED ALWAYS AS (age * 2) STORED, tags text[],
            CONSTRAINT sole UNIQUE (name, age));
        COMMENT ON TABLE person IS 'who'; COMMENT ON COLUMN person.age IS 'in \"years\"';
        CREATE TABLE \"odd \"\"name\" (a text, b numeric(10, 2) NOT NULL,
            person bigint CONSTRAINT whose REFERENCES person ON DELETE SET NULL,
            PRIMARY KEY (b, a));
        CREATE UNIQUE INDEX by_lower ON \"odd \"\"name\" (lower(a) DESC NULLS LAST) INCLUDE (b)
            WHERE person IS NOT NULL;
        CREATE INDEX by_tags ON person USING gin (tags)";
    let home = Home::new(script).await?;
    let made = inspect(&home.db).await?;
    let again = Home::new("").await?;
    for table in made.tables.iter().rev() {
        again.db.create_table(table).await?;
    }
    assert_eq!(inspect(&again.db).await?, made);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rows_of_a_table_need_is_the_same_as_in_the_whole_of_it() -> Result<()> {
    let home = Home::new(include_str!("everything.sql")).await?;
    for name in tables(&home.db).await? {
        let mut transaction = home.db.begin().await?;
        let mut inspector = Inspector::new(&home.db, &mut transaction)?;
        let whole = inspector.table(&name).await?.expect("it is there");
        let rows = inspector.rows_of(&name).await?.expect("it is there");
        assert_eq!(
            (
                &rows.name,
                &rows.kind,
                &rows.columns,
                &rows.primary_key,
                &rows.indexes,
                &rows.problem
            ),
            (
                &whole.name,
                &whole.kind,
                &whole.columns,
                &whole.primary_key,
                &whole.indexes,
                &whole.problem
            )
        );
        assert!(inspector.rows_of("nowhere").await?.is_none());
        let mode: String = transaction.fetch_value("SHOW plan_cache_mode", ()).await?;
        assert_eq!(mode, "auto");
    }
    Ok(())
}
