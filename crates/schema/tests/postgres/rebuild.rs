//! Schemas made anew from what was inspected.

use hypostyle::Result;
use hypostyle_schema::diff::diff;
use hypostyle_schema::plan::plan;
use hypostyle_schema::{Schema, inspect};

use crate::Home;

/// Makes what a script made once more, from the model alone, and compares what `pg_dump` writes of
/// both.
async fn check(script: &str) -> Result<Schema> {
    let home = Home::new("").await?;
    home.scratch.query(script)?;
    let schema = inspect(&home.db).await?;
    let again = Home::new("").await?;
    let statements = schema.create_statements(again.db.engine().dialect)?;
    let mut transaction = again.db.begin().await?;
    for statement in &statements {
        let made = transaction.execute(statement, ()).await;
        made.map_err(|error| error.while_doing(statement))?;
    }
    transaction.commit().await?;
    let (dump, dump_again) = (home.scratch.dump()?, again.scratch.dump()?);
    assert!(dump == dump_again, "{}", differing(&dump, &dump_again));
    assert_eq!(inspect(&again.db).await?, schema);
    Ok(schema)
}

/// What differs, line by line, with the lines around it.
fn differing(one: &str, other: &str) -> String {
    similar::TextDiff::from_lines(one, other).unified_diff().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_made_again_and_dumps_are_equal() -> Result<()> {
    let schema = check(include_str!("everything.sql")).await?;
    assert_eq!(schema.schemas, ["empty one", "zoo"]);
    assert_eq!(schema.beyond, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_statement_is_carried_of_is_named_and_told_apart() -> Result<()> {
    let plain =
        "CREATE TABLE t (id int); CREATE SEQUENCE s; CREATE FUNCTION f() RETURNS int RETURN 1;
         CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('sad')";
    let home = Home::new(plain).await?;
    let from = inspect(&home.db).await?;
    assert_eq!(from.beyond, Vec::<String>::new());
    let role = format!("reader_of_{}", home.scratch.name());
    home.scratch.query(&format!(
        "CREATE ROLE {role};
         GRANT SELECT ON t TO {role} WITH GRANT OPTION; GRANT UPDATE (id) ON t TO {role};
         GRANT USAGE ON SEQUENCE s TO {role}; GRANT USAGE ON SCHEMA app TO {role};
         REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT INSERT ON t TO PUBLIC;
         ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO {role};
         CREATE OPERATOR FAMILY loose USING btree; CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
         CREATE TYPE bare; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
         CREATE USER MAPPING FOR {role} SERVER far OPTIONS (password 'secret');
         CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler"
    ))?;
    let to = inspect(&home.db).await?;
    let expect = format!(
        "TYPE public.bare
OPERATOR FAMILY public.loose USING btree
CONVERSION public.c
ACCESS METHOD pile
USER MAPPING FOR {role} SERVER far
DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA app: {role}=r/postgres
GRANT INSERT ON TABLE public.t TO PUBLIC
GRANT SELECT* ON TABLE public.t TO {role}
GRANT UPDATE ON COLUMN public.t.id TO {role}
GRANT USAGE ON SCHEMA app TO {role}
GRANT USAGE ON SEQUENCE public.s TO {role}
REVOKE EXECUTE ON ROUTINE public.f() FROM PUBLIC"
    );
    assert_eq!(to.beyond.join("\n"), expect);
    let dialect = home.db.engine().dialect;
    let planned = plan(&diff(&from, &to, dialect, &[]), &from, &to, dialect)?;
    for named in &to.beyond {
        let sentence = format!("make by hand: {named}");
        assert!(planned.summary.contains(&sentence), "{:?}", planned.summary);
    }
    home.scratch
        .query(&format!("DROP USER MAPPING FOR {role} SERVER far; DROP OWNED BY {role}"))?;
    home.scratch.query(&format!("DROP ROLE {role}"))?;
    Ok(())
}
