//! The shop as it is served: what the console's first page shows of it.

use hypostyle::Database;
use hypostyle_server::{Chart, Mount, Panel, Site, Writable};

const DATABASE: &str = "shop";

/// Serves a shop, every table of it open to writes: it is there to be tried.
pub(crate) fn site(database: Database) -> Site {
    let mount = Mount::new(DATABASE, database).writable(Writable::all());
    Site { mounts: vec![mount], panels: panels(), ..Site::default() }
}

fn panels() -> Vec<Panel> {
    let panel = |id: &str, title: &str, chart, unit: Option<&str>, sql: &str| Panel {
        id: id.to_owned(),
        title: title.to_owned(),
        database: DATABASE.to_owned(),
        chart,
        unit: unit.map(str::to_owned),
        sql: sql.to_owned(),
    };
    vec![
        panel(
            "revenue",
            "Revenue",
            Chart::Number,
            Some("€"),
            "SELECT sum(revenue) AS revenue FROM revenue_by_month",
        ),
        panel("orders", "Orders", Chart::Number, None, "SELECT count(*) AS orders FROM orders"),
        panel(
            "customers",
            "Customers",
            Chart::Number,
            None,
            "SELECT count(*) AS customers FROM customers",
        ),
        panel(
            "basket",
            "Mean order",
            Chart::Number,
            Some("€"),
            "SELECT round(avg(total_cents) / 100.0, 2) AS basket FROM orders \
             WHERE status NOT IN ('cancelled', 'returned')",
        ),
        panel(
            "revenue-by-month",
            "Revenue by month",
            Chart::Line,
            Some("€"),
            "SELECT month, revenue FROM revenue_by_month ORDER BY month",
        ),
        panel(
            "top-products",
            "Top products by revenue",
            Chart::Bar,
            Some("€"),
            "SELECT product, revenue FROM top_products ORDER BY revenue DESC LIMIT 10",
        ),
        panel(
            "latest-orders",
            "Latest orders",
            Chart::Table,
            None,
            "SELECT * FROM latest_orders LIMIT 12",
        ),
    ]
}
