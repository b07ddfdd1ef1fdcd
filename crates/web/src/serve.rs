//! The router, and the server that goes on until it is told to stop.

use std::{
    future::{Future, IntoFuture as _},
    net::SocketAddr,
    time::Duration,
};

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state, response::IntoResponse as _};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    api,
    around::{around, panicked},
    gate::{Sign, Word, gate},
    jobs,
    problem::{self, Problem},
    route::{Route, Sends},
    state::Shared,
};

/// Every address of the interface, each behind its gate.
pub fn router(state: &Shared) -> Router {
    with_pages(state, Vec::new())
}

/// Every address of the interface and of the pages, each behind its gate.
pub fn with_pages(state: &Shared, pages: Vec<Route>) -> Router {
    let mut router = Router::new();
    for (route, word) in api::routes()
        .into_iter()
        .map(|route| (route, Word::Header))
        .chain(pages.into_iter().map(|page| (page, Word::Field)))
    {
        let body = match route.sends {
            // A file may be longer than other bodies; the form around it takes a little more.
            Sends::File => state.settings.upload.saturating_add(64 << 10),
            Sends::Nothing | Sends::Json(_) => state.settings.body,
        };
        let sign = Sign { who: route.who, word, body };
        let gated = route.handler.route_layer(from_fn_with_state((state.clone(), sign), gate));
        router = router.route(route.path, gated.layer(DefaultBodyLimit::max(body)));
    }
    layered(router, state)
}

/// Puts what is around every request around a router: id, limits, headers, the log, and problems in words, also of what panics or takes too long.
pub fn layered(router: Router<Shared>, state: &Shared) -> Router {
    router
        .fallback(async || Problem::bare(&problem::NO_ADDRESS).into_response())
        .layer(DefaultBodyLimit::max(state.settings.body))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), around))
        .with_state(state.clone())
}

/// Between which durations of requests a difference is told, in seconds.
const BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Counts what the process does, for `/metrics`; once in a process.
///
/// # Errors
/// Something counts already.
pub fn count() -> Result<PrometheusHandle, String> {
    PrometheusBuilder::new()
        .set_buckets(&BOUNDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| error.to_string())
}

/// How often figures that came in are put together.
const UPKEEP: Duration = Duration::from_secs(5);

/// How long what is under way may still take when the server is told to stop.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// Serves the interface and these pages until `stop` is over; then takes no more connections and finishes what is under way, for twenty seconds at most.
///
/// # Errors
/// The listener breaks.
pub async fn serve(
    listener: TcpListener,
    state: Shared,
    pages: Vec<Route>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    if let Some(handle) = state.metrics.clone() {
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                handle.run_upkeep();
            }
        });
    }
    // A database that does not answer now is told by every page; what long work there is begins with the next start.
    let crew = match jobs::begin(&state).await {
        Ok(crew) => Some(crew),
        Err(fault) => {
            tracing::error!(error = %fault, "no long work is done");
            None
        }
    };
    let service = with_pages(&state, pages).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let stop = async move {
        stop.await;
        tracing::info!("stopping");
        // Nobody listens when the server is over already.
        let _ = stopping.send(());
    };
    let served = axum::serve(listener, service).with_graceful_shutdown(stop).into_future();
    let result = tokio::select! {
        result = served => result,
        () = async {
            // A server that ends by itself drops the other end: that is no order to stop.
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(LAST_WORDS).await;
        } => Ok(()),
    };
    if let Some(crew) = crew
        && tokio::time::timeout(LAST_WORDS, crew.stop()).await.is_err()
    {
        tracing::warn!("a job did not stop in time; the next start notes that it was interrupted");
    }
    state.database.close().await;
    result
}
