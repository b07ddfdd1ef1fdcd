//! A server in the process, on a database of its own: a province with two cities, an account for each role, one record in each city.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::{
    cell::Cell,
    env, fs,
    future::Future,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};
use jiff::{Timestamp, tz::Offset};
use jixiao_core::{
    audit::Algorithm,
    book::{AccountName, Cause, EntryKind, Step, Whole},
    calendar::Calendar,
    people::{Deed, Grant, Person, PersonId, Role, Scope, Target, deeds},
    region::{Region, RegionKind, RegionTree},
    workflow::{Facts, Terms, machines},
};
use jixiao_store::{
    Actor, Database, Moment, Office,
    awards::{Award, NewRun},
    cases::{About, Opening},
    database::Beginning,
    evidence::{Limits, Media},
    jobs::{self, MayWork},
    money::Asked,
    password,
    people::NewAccount,
};
use jixiao_web::{Outside, Settings, State, router, state::Shared};
use serde_json::Value;
use tower::ServiceExt as _;

/// 2024-07-01 10:00 in the fund's own time, a Monday.
pub(crate) const JULY: i64 = 1_719_799_200_000_000;
pub(crate) const DAY: i64 = 24 * 3600 * 1_000_000;
pub(crate) const FUND: &str = "f";
/// Everybody's password: invented, and of tests alone.
pub(crate) const WORD: &str = "tqzvkmwplbdx";

thread_local! {
    static CLOCK: Cell<i64> = const { Cell::new(JULY) };
    static DRAWN: Cell<u64> = const { Cell::new(0) };
}

fn now() -> Timestamp {
    Timestamp::from_microsecond(CLOCK.get()).expect("a moment of the test")
}

/// Not random at all: every drawing is another, and the same in every run.
fn random(bytes: &mut [u8]) -> Result<(), String> {
    DRAWN.set(DRAWN.get() + 1);
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::try_from((DRAWN.get() + place as u64 * 31) % 251).expect("below 251");
    }
    Ok(())
}

/// Time goes by.
pub(crate) fn later(micros: i64) {
    CLOCK.set(CLOCK.get() + micros);
}

/// The accounts, with role and scope.
pub(crate) fn accounts() -> Vec<(&'static str, Grant)> {
    let region = |code: &str| Scope::Region(code.to_owned());
    let enterprise = |code: &str| Scope::Enterprise(code.to_owned());
    vec![
        ("e1", Grant::new(Role::Enterprise, enterprise("E1"))),
        ("e2", Grant::new(Role::Enterprise, enterprise("E2"))),
        ("city-a", Grant::new(Role::CityOfficer, region("A"))),
        ("city-b", Grant::new(Role::CityOfficer, region("B"))),
        ("programme", Grant::new(Role::ProgrammeOfficer, Scope::Fund)),
        ("finance", Grant::new(Role::ProvinceFinance, Scope::Fund)),
        ("auditor", Grant::new(Role::Auditor, Scope::Fund)),
        ("root", Grant::new(Role::Administrator, Scope::Nothing)),
    ]
}

/// The token that an account has: of all deeds, for a year.
pub(crate) fn token(name: &str) -> String {
    format!("token-of-{name}")
}

pub(crate) fn office() -> Office {
    let region = |code: &str, name: &str, parent: Option<&str>| Region {
        code: code.to_owned(),
        name: name.to_owned(),
        english: String::new(),
        parent: parent.map(str::to_owned),
        kind: if parent.is_none() { RegionKind::Province } else { RegionKind::City },
        aliases: Vec::new(),
        in_scope: true,
        reason: String::new(),
    };
    let regions =
        vec![region("P", "省", None), region("A", "甲市", Some("P")), region("B", "乙市", Some("P"))];
    Office {
        fund: FUND.to_owned(),
        regions: RegionTree::new(regions).expect("a tree"),
        calendar: Calendar::national().expect("it is part of the program"),
        terms: Terms::national().expect("they are part of the program"),
        zone: Offset::constant(8),
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder that is gone afterwards.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("jixiao-web-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in the system's folder for such things is emptied anyhow.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What everybody's password becomes; worked out once, because it costs on purpose.
fn hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| password::hash(WORD, &[1; 16]).expect("it is made")).clone()
}

async fn fill(database: &Database) {
    let office = office();
    let at = Moment(JULY);
    let by = async |who: &str| database.change(Actor::new(who, "test"), at).await.expect("a change begins");
    let mut change = by("system").await;
    change.put_fund(FUND, "示例资金", "").await.expect("a fund");
    let money = |key: &str, kind, from, to, fen| Asked {
        key: key.to_owned(),
        kind,
        step: Step::Move,
        from,
        to,
        fen,
        cause: Cause { kind: "document".to_owned(), reference: "1".to_owned() },
        corrects: None,
        reason: String::new(),
    };
    let appropriated = AccountName::appropriated(FUND, 2024);
    let allocated = |region| AccountName::allocated(FUND, 2024, "s", region);
    let batch = [
        money("1", EntryKind::Appropriate, AccountName::source(FUND, 2024), appropriated.clone(), 2000),
        money("2", EntryKind::Allocate, appropriated.clone(), allocated("A"), 1000),
        money("3", EntryKind::Allocate, appropriated, allocated("B"), 500),
    ];
    change.post(&batch, Whole::Together).await.expect("the books answer");
    let root =
        Person::new(PersonId("setup".to_owned()), vec![Grant::new(Role::Administrator, Scope::Nothing)]);
    let may = root.expect("a person").may(deeds::ManageUsers, &Target::system()).expect("may");
    for (name, grant) in accounts() {
        let new = NewAccount { name, shown_name: "某人", password_hash: Some(hash()), demo: false };
        change.add_account(new).await.expect("added");
        let fund = if grant.role == Role::Administrator { "" } else { FUND };
        change.give_roles(&may, name, fund, vec![grant], &office.regions).await.expect("given");
    }
    let demo = NewAccount { name: "demo", shown_name: "演示", password_hash: Some(hash()), demo: true };
    change.add_account(demo).await.expect("added");
    change.commit().await.expect("kept");
    let mut change = by("setup").await;
    for (name, _) in accounts() {
        let (account, _) = database.account_and_hash(name).await.expect("it reads").expect("it is there");
        let until = Moment(JULY + 365 * DAY);
        change.add_token(&account, &token(name), "test", Deed::ALL, until).await.expect("made");
    }
    change.commit().await.expect("kept");
    for (name, region, enterprise) in [("e1", "A", "E1"), ("e2", "B", "E2")] {
        let grant = Grant::new(Role::Enterprise, Scope::Enterprise(enterprise.to_owned()));
        let person = Person::new(PersonId(name.to_owned()), vec![grant]).expect("a person");
        let opening = Opening {
            machine: &machines::APPLICATION,
            action: "open",
            subject: enterprise,
            about: About {
                year: 2024,
                region: region.to_owned(),
                scheme: "s".to_owned(),
                enterprise: enterprise.to_owned(),
                ..About::default()
            },
            content: r#"{"note":"示例"}"#,
            amount_fen: Some(700),
            reason: "",
            on_behalf: None,
            facts: Facts::new(),
        };
        let mut change = by(name).await;
        let file = change.open_case(&office, &person, opening).await.expect("opened");
        let bytes = format!("示例材料 {enterprise}").into_bytes();
        let digest = change.keep_evidence(Media::Text, bytes, &Limits::default()).await.expect("kept");
        change.attach_evidence(file.id, &digest, "a.txt").await.expect("attached");
        change.commit().await.expect("kept");
    }
    let officer =
        Person::new(PersonId("programme".to_owned()), vec![Grant::new(Role::ProgrammeOfficer, Scope::Fund)]);
    let officer = officer.expect("a person");
    let may = officer.may(deeds::RunAwards, &Target::fund()).expect("may");
    let award = |region: &str, enterprise: &str| Award {
        scheme: "s".to_owned(),
        region: region.to_owned(),
        enterprise: enterprise.to_owned(),
        claimed_fen: 800,
        fen: 700,
        derivation: "{}".to_owned(),
        illustrative: true,
    };
    let awards = [award("A", "E1"), award("B", "E2")];
    let run = NewRun { year: 2024, folder_sha256: "", inputs: "[]", summary: "{}", awards: &awards };
    let mut change = by("programme").await;
    change.keep_run(&office, &may, run).await.expect("kept");
    let issue = officer.may(deeds::IssueForms, &Target::fund()).expect("may");
    let file = "示例报表".as_bytes().to_vec();
    let digest = change.keep_evidence(Media::Text, file, &Limits::default()).await.expect("kept");
    change.issue_form(&office, &issue, 2024, "self-evaluation", "A", &digest).await.expect("issued");
    // It waits for a server that is not there: the first that begins to work notes that it was interrupted.
    let may = MayWork::of(&officer, jobs::Kind::Intake).expect("may");
    change.ask_job(&office, &may, 2024, "{}", "a server that is gone").await.expect("asked");
    change.commit().await.expect("kept");
}

/// A filled database as a file, made once in a process and copied for each test.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<(Folder, PathBuf)> = OnceLock::new();
    let (_, file) = TEMPLATE.get_or_init(|| {
        let folder = Folder::new();
        let file = folder.0.join("template.db");
        let url = format!("sqlite://{}", file.display());
        // A thread of its own, because a runtime cannot be begun inside of another.
        std::thread::spawn(move || {
            runtime().block_on(async {
                let database = Database::open(&url).await.expect("it opens");
                let beginning = Beginning { algorithm: Algorithm::Sha256, chain: "test".to_owned() };
                database.migrate(&beginning).await.expect("it migrates");
                fill(&database).await;
                database.close().await;
            });
        })
        .join()
        .expect("it is filled");
        (folder, file)
    });
    file
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A server with its database.
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) database: Database,
    pub(crate) peer: SocketAddr,
    pub(crate) state: Shared,
    _folder: Folder,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The number of the problem, and its status.
    pub(crate) fn problem(&self) -> (u16, String) {
        (self.status, self.json()["code"].as_str().unwrap_or_default().to_owned())
    }
}

impl Server {
    pub(crate) async fn with(settings: Settings) -> Self {
        let folder = Folder::new();
        let file = folder.0.join("book.db");
        fs::copy(template(), &file).expect("the template is copied");
        let database = Database::open(&format!("sqlite://{}", file.display())).await.expect("it opens");
        let state = State::new(database.clone(), [office()], Outside { now, random }, settings, None);
        let peer = "10.0.0.7:50000".parse().expect("an address");
        Self { router: router(&state), database, peer, state, _folder: folder }
    }

    pub(crate) async fn ask(&self, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        Answer { status, headers, bytes: bytes.to_vec() }
    }

    /// Asks as somebody by their token; as the public with an empty name.
    pub(crate) async fn send(
        &self,
        who: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !who.is_empty() {
            request = request.header("authorization", format!("Bearer {}", token(who)));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.ask(request.body(body).expect("a request")).await
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(who, "GET", path, &[], None).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.send(who, "POST", path, &[], Some(body)).await
    }

    /// Takes a step of a record that was looked at just now.
    pub(crate) async fn act(&self, who: &str, case: i64, action: &str, body: &Value) -> Answer {
        let seen = self.get(who, &format!("/api/v1/cases/{case}")).await;
        let tag = seen.header("etag").to_owned();
        let path = format!("/api/v1/cases/{case}/actions/{action}");
        self.send(who, "POST", &path, &[("if-match", &tag)], Some(body)).await
    }

    /// Attaches a text file to a record.
    pub(crate) async fn attach(&self, who: &str, case: i64, bytes: &[u8]) -> Answer {
        let mut body = b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\ncontent-type: text/plain\r\n\r\n".to_vec();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let request = Request::builder()
            .method("POST")
            .uri(format!("/api/v1/cases/{case}/evidence"))
            .header("authorization", format!("Bearer {}", token(who)))
            .header("content-type", "multipart/form-data; boundary=x")
            .body(Body::from(body));
        self.ask(request.expect("a request")).await
    }
}

/// Runs a test on a server of its own.
pub(crate) fn served<F, Fut>(settings: Settings, test: F)
where
    F: FnOnce(Server) -> Fut,
    Fut: Future<Output = ()>,
{
    CLOCK.set(JULY);
    runtime().block_on(async {
        let server = Server::with(settings).await;
        let database = server.database.clone();
        test(server).await;
        database.close().await;
    });
}

pub(crate) fn is(answer: &Answer, status: StatusCode) {
    assert_eq!(answer.status, status.as_u16(), "{}", answer.text());
}
