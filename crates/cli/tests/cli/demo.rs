//! `hypostyle demo`: the same seed, the same shop.

use crate::place::Place;

const SMALL: [&str; 5] = ["demo", "--no-serve", "--orders", "500", "--json"];

fn demo(place: &Place, more: &[&str]) -> serde_json::Value {
    let ran = place.run(&[&SMALL[..], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

fn one(place: &Place, path: &str, text: &str) -> serde_json::Value {
    let ran = place.run(&["query", "-d", path, "--json", text]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap()[0].clone()
}

#[test]
fn a_shop_is_made_once_and_adds_up() {
    let place = Place::new();
    let made = demo(&place, &[]);
    assert_eq!((&made["made"], &made["path"]), (&true.into(), &"hypostyle-demo/shop.db".into()));
    assert_eq!(made["tables"]["orders"], 500);
    assert!(place.path("hypostyle-demo/.gitignore").exists());
    let path = "hypostyle-demo/shop.db";
    let wrong = one(
        &place,
        path,
        "SELECT (SELECT count(*) FROM pragma_foreign_key_check) AS orphans,
                (SELECT count(*) FROM orders WHERE total_cents <> shipping_cents +
                    (SELECT sum(quantity * price_cents) FROM order_lines WHERE order_id = orders.id))
                    AS totals,
                (SELECT count(*) FROM events WHERE NOT json_valid(payload)) AS payloads,
                (SELECT count(*) FROM orders JOIN customers ON customers.id = customer_id
                 WHERE registered_at > ordered_at) AS early",
    );
    assert_eq!(wrong, serde_json::json!({"orphans": 0, "totals": 0, "payloads": 0, "early": 0}));
    for view in ["revenue_by_month", "top_products", "latest_orders"] {
        assert!(one(&place, path, &format!("SELECT * FROM {view}")).is_object(), "{view}");
    }
    assert_eq!(demo(&place, &[])["made"], false);
    assert_eq!(demo(&place, &["--fresh"])["made"], true);
}

#[test]
fn the_seed_decides_the_shop() {
    let place = Place::new();
    let digest = |path: &str| {
        one(
            &place,
            path,
            "SELECT sum(total_cents * id) AS a, group_concat(DISTINCT channel) AS b FROM orders",
        )
    };
    demo(&place, &["--path", "a.db"]);
    demo(&place, &["--path", "b.db"]);
    demo(&place, &["--path", "c.db", "--seed", "7"]);
    assert_eq!(digest("a.db"), digest("b.db"));
    assert_ne!(digest("a.db"), digest("c.db"));
    assert_eq!(demo(&place, &["--path", "a.db", "--seed", "7"])["made"], true);
    assert_eq!(digest("a.db"), digest("c.db"));
    assert!(!place.path("a.db.part").exists());
}

#[test]
fn what_is_no_shop_is_not_overwritten() {
    let place = Place::with_shop();
    place.write("notes.txt", "precious");
    for path in ["shop.db", "notes.txt"] {
        let ran = place.run(&["demo", "--no-serve", "--fresh", "--path", path]);
        assert_eq!(ran.code, 4, "{}", ran.stderr);
        assert!(ran.stderr.contains("no shop of this program"), "{}", ran.stderr);
    }
    assert_eq!(std::fs::read_to_string(place.path("notes.txt")).unwrap(), "precious");
}
