//! The body of a request: JSON, of a limited length.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header;

use crate::app::App;
use crate::error::Error;

/// The bytes of a body that says it is JSON.
pub(crate) struct JsonBody(pub(crate) Bytes);

impl FromRequest<Arc<App>> for JsonBody {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Error> {
        let given = request.headers().get(header::CONTENT_TYPE);
        let given = given.and_then(|given| given.to_str().ok()).unwrap_or_default();
        if !is_json(given) {
            return Err(Error::UnsupportedMediaType { given: given.to_owned() });
        }
        let bytes_max = app.config.body_bytes_max;
        let limit = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        match to_bytes(request.into_body(), limit).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(error) if is_too_long(&error) => Err(Error::BodyTooLarge { bytes_max }),
            Err(error) => {
                Err(Error::InvalidBody { reason: format!("did not come whole: {error}") })
            }
        }
    }
}

/// Tells whether a media type is JSON, or built on it. A page of another site cannot send such a
/// one without asking first.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_is_taken() {
        let check = |media_type: &str, expect: bool| {
            assert_eq!(is_json(media_type), expect, "{media_type}");
        };
        check("application/json", true);
        check("Application/JSON; charset=utf-8", true);
        check("application/merge-patch+json", true);
        check("text/plain", false);
        check("application/x-www-form-urlencoded", false);
        check("text/json", false);
        check("", false);
    }
}
