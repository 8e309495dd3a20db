use hypostyle_core::Result;
use hypostyle_testkit::server::Postgres;

#[test]
fn both_urls_answer_a_query() -> Result<()> {
    let server = Postgres::shared()?;
    let scratch = server.scratch()?;
    let text = "SELECT current_database(), inet_server_port() IS NULL";
    let expect = |is_socket| format!("{}|{is_socket}", scratch.name());
    assert_eq!(server.query_at(&scratch.url(), text)?, expect("f"));
    assert_eq!(scratch.query(text)?, expect("t"));
    Ok(())
}
