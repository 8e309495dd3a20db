//! `GET /api/v1/db/panels`: what the first page shows; `…/panels/{panel}`: the answer of one.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{PathNames, sql};
use crate::app::Asked;
use crate::error::Error;
use crate::operation::Params;
use crate::query::Ask;
use crate::response;
use crate::site::Panel;

/// The most rows of a panel.
const ROWS_MAX: usize = 1_000;

pub(super) async fn list(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&[])?;
    let panels: Vec<Value> = asked.app.site.panels.iter().map(panel).collect();
    let document = json!({ "success": true, "panels": panels });
    Ok(response::json(StatusCode::OK, document.to_string()))
}

pub(super) async fn get(asked: Asked, path: PathNames) -> Result<Response, Error> {
    asked.parameters.only_these(&[])?;
    let panels = &asked.app.site.panels;
    let wanted = path.get("panel");
    let Some(panel) = panels.iter().find(|panel| panel.id == wanted) else {
        let available = panels.iter().map(|panel| panel.id.clone()).collect();
        return Err(Error::PanelNotFound { panel: wanted.to_owned(), available });
    };
    let mount = asked.app.mount(Some(&panel.database))?;
    let ask = Ask { sql: &panel.sql, params: Params::default(), rows_max: ROWS_MAX };
    sql::answer(&asked, mount, ask).await
}

fn panel(panel: &Panel) -> Value {
    json!({
        "id": panel.id,
        "title": panel.title,
        "database": panel.database,
        "chart": panel.chart.name(),
        "unit": panel.unit,
        "sql": panel.sql,
    })
}
