//! A feature and the log of its making, in one transaction.

use hypostyle::model::Labels;
use hypostyle::{Database, Json, Model, Models, Result, Timestamp, Uuid};
use serde::{Deserialize, Serialize};

/// How far a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Labels)]
pub enum Status {
    /// It was thought of.
    Planned,
    /// Somebody is at it.
    InProgress,
    /// It is there.
    Done,
}

/// A feature of a product.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "features", has_many(logs = FeatureLog, by = feature_id))]
pub struct Feature {
    /// Its identity, known before the row is made.
    #[model(key)]
    pub id: Uuid,
    /// What it is called; no two are called the same.
    #[model(length = 200, unique)]
    pub name: String,
    /// How much it matters.
    #[model(check = "priority BETWEEN 1 AND 13")]
    pub priority: i32,
    /// How far it is.
    #[model(default = "planned", index)]
    pub status: Status,
    /// When it was noted.
    #[model(created)]
    pub created_at: Timestamp,
}

/// What was done with a feature.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "feature_logs", index(feature_id, created_at(desc)))]
pub struct FeatureLog {
    /// Its number.
    #[model(key)]
    pub id: i64,
    /// The feature.
    #[model(references = Feature, relation = feature)]
    pub feature_id: Uuid,
    /// What was done.
    #[model(length = 40)]
    pub action: String,
    /// How it was then.
    pub details: Json<Details>,
    /// When.
    #[model(created)]
    pub created_at: Timestamp,
}

/// How a feature was when something was done with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// Who did it.
    pub by: String,
    /// How much it mattered.
    pub priority: i32,
}

/// The tables.
pub fn models() -> Models {
    Models::of("product").with::<Feature>().with::<FeatureLog>()
}

/// Makes a feature and the first row of its log; both or none.
///
/// # Errors
/// `CheckViolation` for a priority that is not 1 to 13, `UniqueViolation` for a name that is taken.
pub async fn create_feature_with_log(
    db: &Database,
    name: &str,
    priority: i32,
    by: &str,
) -> Result<Feature> {
    let mut tx = db.begin().await?;
    let feature = NewFeature { id: None, name: name.to_owned(), priority, status: None };
    let feature = Feature::on(&mut tx).create(feature).await?;
    let log = NewFeatureLog {
        feature_id: feature.id,
        action: "created".to_owned(),
        details: Json(Details { by: by.to_owned(), priority }),
    };
    FeatureLog::on(&mut tx).create(log).await?;
    tx.commit().await?;
    Ok(feature)
}
