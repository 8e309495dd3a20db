//! What an engine lacks of the model, with why; all else must differ at least once.

use crate::engine::Engine;

pub(crate) fn lacking(engine: Engine) -> Vec<(&'static str, &'static str)> {
    let _ = engine;
    Vec::new()
}
