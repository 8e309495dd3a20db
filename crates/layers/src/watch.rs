//! What is told of requests, and the figures they add to.

use std::fmt::Display;
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle_core::{Error, Intent, Outcome, Request};
use tracing::field::Empty;
use tracing::{Level, Span};

use crate::figures::Meter;
use crate::slow::SlowLog;
use crate::statement::{Statement, correlation_id, tag};

/// What all requests of a database share.
pub(crate) struct Watch {
    pub(crate) engine: &'static str,
    pub(crate) slow_after: Option<Duration>,
    pub(crate) meter: Arc<Meter>,
    pub(crate) slow: Arc<SlowLog>,
}

/// What is told of a request.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) statement: &'a (dyn Display + Sync),
    pub(crate) tag: Option<&'a str>,
    pub(crate) correlation_id: Option<&'a str>,
    pub(crate) origin: &'static Location<'static>,
}

/// How a request ended.
#[derive(Clone, Copy)]
pub(crate) enum End<'e> {
    Done(Outcome),
    Failed(&'e Error),
    /// The caller dropped the call, or the reply before its end.
    Dropped,
}

impl Watch {
    pub(crate) fn span(&self, request: &Request<'_>) -> Span {
        tracing::debug_span!(
            target: "hypostyle::query",
            "query",
            engine = self.engine,
            tag = tag(request),
            intent = intent_name(request.intent),
            correlation_id = correlation_id(request),
            origin = %request.origin,
            text = %Statement(request),
            rows_affected = Empty,
            error = Empty,
        )
    }

    pub(crate) fn ended(&self, began: Instant, facts: Facts<'_>, span: &Span, end: End<'_>) {
        let now = crate::now();
        let took = now - began;
        let slow = self.slow_after.is_some_and(|limit| took >= limit);
        self.meter.end(took, matches!(end, End::Failed(_)), slow);
        span.in_scope(|| {
            // To the microsecond: what stands behind is noise of the float.
            let elapsed_ms = (took.as_secs_f64() * 1e6).round() / 1e3;
            tell_end(span, facts, elapsed_ms, end);
            if slow {
                tell_slow(facts, elapsed_ms);
                self.slow.keep(facts, took, now);
            }
        });
    }
}

fn tell_end(span: &Span, facts: Facts<'_>, elapsed_ms: f64, end: End<'_>) {
    match end {
        End::Done(outcome) => {
            let rows_affected = outcome.rows_affected;
            span.record("rows_affected", rows_affected);
            tracing::debug!(target: "hypostyle::query", elapsed_ms, rows_affected, "done");
        }
        End::Failed(error) => {
            span.record("error", tracing::field::debug(error.kind()));
            tracing::info!(
                target: "hypostyle::query",
                elapsed_ms,
                kind = ?error.kind(),
                code = error.code(),
                error = error.message(),
                tag = facts.tag,
                correlation_id = facts.correlation_id,
                origin = %facts.origin,
                text = %facts.statement,
                "failed"
            );
        }
        End::Dropped => tracing::debug!(target: "hypostyle::query", elapsed_ms, "dropped"),
    }
}

fn tell_slow(facts: Facts<'_>, elapsed_ms: f64) {
    tracing::warn!(
        target: "hypostyle::slow",
        elapsed_ms,
        tag = facts.tag,
        correlation_id = facts.correlation_id,
        origin = %facts.origin,
        text = %facts.statement,
        "slow statement"
    );
}

fn intent_name(intent: Intent) -> &'static str {
    match intent {
        Intent::Read => "read",
        Intent::Idempotent => "idempotent",
        Intent::Write => "write",
    }
}

/// Lends what is told of a request.
pub(crate) fn with_facts<R>(request: &Request<'_>, take: impl FnOnce(Facts<'_>) -> R) -> R {
    take(Facts {
        statement: &Statement(request),
        tag: tag(request),
        correlation_id: correlation_id(request),
        origin: request.origin,
    })
}

impl Facts<'_> {
    pub(crate) fn add_to(self, mut error: Error) -> Error {
        if let Some(tag) = self.tag {
            error = error.with("tag", tag);
        }
        if let Some(id) = self.correlation_id {
            error = error.with("correlation_id", id);
        }
        error
    }
}

impl Watch {
    /// Tells whether a request that goes on may have to say its text at the end.
    pub(crate) fn is_text_told(&self) -> bool {
        self.slow_after.is_some() || tracing::enabled!(target: "hypostyle::query", Level::INFO)
    }
}
