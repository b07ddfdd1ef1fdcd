//! What every request needs.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use jixiao_core::{both, finding::Lang};
use jixiao_store::{Database, Fault, Moment, Office, breached::Breached, people::Limits};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{
    jobs::{Jobs, Worker},
    problem::{Problem, ProblemBody},
    rate::Buckets,
};

/// What only the outermost layer knows.
#[derive(Clone, Copy, Debug)]
pub struct Outside {
    /// The clock.
    pub now: fn() -> jiff::Timestamp,
    /// Fills bytes from the system's source of secrets.
    ///
    /// # Errors
    /// It has none to give: then nothing secret may be made.
    pub random: fn(&mut [u8]) -> Result<(), String>,
}

/// So many requests in a minute, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In a minute, in the long run.
    pub per_minute: u32,
    /// At once, after a pause.
    pub at_once: u32,
}

/// Figures and switches of a server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Sessions and wrong passwords.
    pub people: Limits,
    /// Requests of one address of the network.
    pub of_peer: Rate,
    /// Requests of one account.
    pub of_account: Rate,
    /// Tries to sign in, of one address and for one name.
    pub of_sign_in: Rate,
    /// The longest body of a request, in bytes.
    pub body: usize,
    /// The longest file of evidence, in bytes.
    pub upload: usize,
    /// How long a request may take.
    pub patience: Duration,
    /// Whether people reach the server by https, through something that stands before it: cookies are then sent by https only, and no address of the
    /// network is taken for this machine's own.
    pub behind_tls: bool,
    /// How long an answer is kept for the same idempotency key.
    pub remembered: Duration,
    /// The links of the demo: SHA-256 of each link's word, and the account that it signs in.
    pub demo_links: BTreeMap<String, String>,
    /// How far the server's clock stands from the true one: zero but in a demo, whose year is over.
    pub clock_ahead: jiff::SignedDuration,
    /// How a problem looks to whoever reads pages; without it they read what programs get.
    pub face: Option<Face>,
    /// Who does long work; without one nothing of the kind can be asked for.
    pub worker: Option<Arc<dyn Worker>>,
    /// The office's list of passwords that leaked.
    pub breached: Option<Arc<Breached>>,
    /// Who vouches for people of the office, so that they sign in with their organisation's account.
    #[cfg(feature = "oidc")]
    pub organisation: Option<Arc<jixiao_oidc::Provider>>,
}

/// A problem as a page.
pub type Face = fn(Lang, &ProblemBody) -> String;

impl Default for Settings {
    fn default() -> Self {
        Self {
            people: Limits::default(),
            of_peer: Rate { per_minute: 60_000, at_once: 5_000 },
            of_account: Rate { per_minute: 60_000, at_once: 5_000 },
            of_sign_in: Rate { per_minute: 20, at_once: 20 },
            body: 8 << 20,
            upload: 32 << 20,
            patience: Duration::from_secs(60),
            behind_tls: false,
            remembered: Duration::from_secs(24 * 3600),
            demo_links: BTreeMap::new(),
            clock_ahead: jiff::SignedDuration::ZERO,
            face: None,
            worker: None,
            breached: None,
            #[cfg(feature = "oidc")]
            organisation: None,
        }
    }
}

/// What every request needs.
pub struct State {
    /// The book.
    pub database: Database,
    /// The funds by id.
    pub offices: BTreeMap<String, Arc<Office>>,
    /// Clock and randomness.
    pub outside: Outside,
    /// Figures and switches.
    pub settings: Settings,
    pub(crate) buckets: Mutex<Buckets>,
    pub(crate) metrics: Option<PrometheusHandle>,
    pub(crate) document: serde_json::Value,
    pub(crate) jobs: Jobs,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("funds", &self.offices.keys()).finish_non_exhaustive()
    }
}

/// The state as handlers get it.
pub type Shared = Arc<State>;

impl State {
    /// The state of a server. `metrics` is what `/metrics` prints; without it that page is empty.
    pub fn new(
        database: Database,
        offices: impl IntoIterator<Item = Office>,
        outside: Outside,
        settings: Settings,
        metrics: Option<PrometheusHandle>,
    ) -> Shared {
        let offices: BTreeMap<String, Arc<Office>> =
            offices.into_iter().map(|office| (office.fund.clone(), Arc::new(office))).collect();
        let funds: Vec<&str> = offices.keys().map(String::as_str).collect();
        let document = crate::openapi::document(&crate::api::routes(), &funds);
        Arc::new(Self {
            database,
            offices,
            outside,
            settings,
            buckets: Mutex::new(Buckets::default()),
            metrics,
            document,
            jobs: Jobs::default(),
        })
    }

    /// Now, by the server's clock.
    pub fn now(&self) -> Moment {
        let now = (self.outside.now)();
        Moment::of(now.checked_add(self.settings.clock_ahead).unwrap_or(now))
    }

    /// Secret bytes, drawn anew.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn secret<const N: usize>(&self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        (self.outside.random)(&mut bytes).map_err(Fault::Broken)?;
        Ok(bytes)
    }

    /// The fund that is asked about: the one that is named, or the only one.
    pub(crate) fn office(&self, named: Option<&str>) -> Result<Arc<Office>, Problem> {
        let known = || self.offices.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        match named {
            Some(id) => self.offices.get(id).cloned().ok_or_else(|| {
                let known = known();
                Problem::of(
                    &crate::problem::NOT_FOUND,
                    both!("没有资金 {id}；有：{known}", "there is no fund {id}; there are {known}"),
                )
            }),
            None if self.offices.len() == 1 => {
                self.offices.values().next().cloned().ok_or_else(|| Problem::bare(&crate::problem::BROKEN))
            }
            None => {
                let known = known();
                Err(Problem::of(
                    &crate::problem::QUERY,
                    both!(
                        "本服务有几个资金，请用 fund= 写明是哪一个：{known}",
                        "this server has several funds; say which with fund=: {known}"
                    ),
                ))
            }
        }
    }

    /// Whether people may sign in with their organisation's account.
    pub fn knows_organisation(&self) -> bool {
        #[cfg(feature = "oidc")]
        let known = self.settings.organisation.is_some();
        #[cfg(not(feature = "oidc"))]
        let known = false;
        known
    }

    /// Whether somebody sits at this very machine.
    pub(crate) fn is_own(&self, peer: Option<IpAddr>) -> bool {
        !self.settings.behind_tls && peer.is_some_and(|peer| peer.is_loopback())
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
