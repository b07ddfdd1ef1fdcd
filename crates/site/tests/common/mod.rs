//! A site in the process, on a database of its own: the built-in fund, an account for each role.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    future::Future,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request},
};
use jiff::{Timestamp, tz::Offset};
use jixiao_core::{
    audit::Algorithm,
    calendar::Calendar,
    finding::{Both, Lang},
    fund::{FolderTexts, Fund},
    people::{Grant, Person, PersonId, Role, Scope, Target, deeds},
    workflow::{Facts, Guard, Terms, machines},
};
use jixiao_engine::{
    fault::Text,
    schema_file,
    scheme::{
        file,
        planner::{self, Years},
        show::told,
    },
};
use jixiao_site::{
    FundPages, SchemeRule, Site,
    names::Names,
    precheck::{Brought, Double, Form, Line, Looked, Precheck, Refused, Standing, Whose},
    simulator::{Answer as Told, Cost, Goal, RegionCost, Simulated, Simulator},
};
use jixiao_store::{
    Actor, Database, Moment, Office,
    cases::{About, Opening},
    database::Beginning,
    password,
    people::NewAccount,
};
use jixiao_tables::read::Limits;
use jixiao_web::{Outside, Settings, State, state::Shared, with_pages};
use tower::ServiceExt as _;

/// 2024-07-01 10:00 in the fund's own time, a Monday.
pub(crate) const JULY: i64 = 1_719_799_200_000_000;
/// Everybody's password: invented, and of tests alone.
pub(crate) const WORD: &str = "tqzvkmwplbdx";
/// Two cities of the built-in fund.
pub(crate) const ZHANJIANG: &str = "440800";
pub(crate) const ZHUHAI: &str = "440400";
/// Two enterprises, one in each.
pub(crate) const ONE: &str = "X90000000000000019";
pub(crate) const OTHER: &str = "X9000000000000002C";

thread_local! {
    static CLOCK: Cell<i64> = const { Cell::new(JULY) };
    static DRAWN: Cell<u64> = const { Cell::new(0) };
}

fn now() -> Timestamp {
    Timestamp::from_microsecond(CLOCK.get()).expect("a moment of the test")
}

/// Time goes by.
pub(crate) fn later(micros: i64) {
    CLOCK.set(CLOCK.get() + micros);
}

/// Not random at all: every drawing is another, and the same in every run.
fn random(bytes: &mut [u8]) -> Result<(), String> {
    DRAWN.set(DRAWN.get() + 1);
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::try_from((DRAWN.get() + place as u64 * 31) % 251).expect("below 251");
    }
    Ok(())
}

/// The accounts, with role and scope.
pub(crate) fn accounts() -> Vec<(&'static str, Grant)> {
    let region = |code: &str| Scope::Region(code.to_owned());
    let enterprise = |code: &str| Scope::Enterprise(code.to_owned());
    vec![
        ("one", Grant::new(Role::Enterprise, enterprise(ONE))),
        ("other", Grant::new(Role::Enterprise, enterprise(OTHER))),
        ("zhanjiang", Grant::new(Role::CityOfficer, region(ZHANJIANG))),
        ("zhuhai", Grant::new(Role::CityOfficer, region(ZHUHAI))),
        ("programme", Grant::new(Role::ProgrammeOfficer, Scope::Fund)),
        ("finance", Grant::new(Role::ProvinceFinance, Scope::Fund)),
        ("checker", Grant::new(Role::ProvinceFinance, Scope::Fund)),
        ("auditor", Grant::new(Role::Auditor, Scope::Fund)),
        ("root", Grant::new(Role::Administrator, Scope::Nothing)),
    ]
}

fn texts_in(folder: &Path, before: &str, texts: &mut FolderTexts) {
    for entry in fs::read_dir(folder).expect("the fund folder is there") {
        let path = entry.expect("it is listed").path();
        let name = format!("{before}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            texts_in(&path, &format!("{name}/"), texts);
        } else {
            texts.insert(name, fs::read_to_string(&path).expect("it is read"));
        }
    }
}

/// The built-in fund and its folder.
pub(crate) fn fund() -> (Fund, FolderTexts) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../funds/guangdong-trade-2024");
    let mut texts = FolderTexts::new();
    texts_in(&folder, "", &mut texts);
    let fund = Fund::parse(&texts).expect("the built-in fund is sound");
    (fund, texts)
}

pub(crate) fn office() -> Office {
    let (fund, _) = fund();
    Office {
        fund: fund.id,
        regions: fund.regions,
        calendar: Calendar::national().expect("it is part of the program"),
        terms: Terms::national().expect("they are part of the program"),
        zone: Offset::constant(8),
    }
}

/// The schemes of the fund, planned for 2024.
fn planned(fund: &Fund, texts: &FolderTexts) -> BTreeMap<String, BTreeMap<i16, SchemeRule>> {
    let text = |name: &str| Text { name: name.to_owned(), text: texts[name].clone() };
    let ledgers = schema_file::ledgers(&text("ledgers.toml")).expect("the ledgers are sound");
    let knows = |code: &str| fund.regions.iter().any(|(_, region)| region.code == code);
    let years = Years { first: fund.cycle.first, last: fund.cycle.last };
    let names = texts.keys().filter(|name| name.starts_with("schemes/"));
    let one = |name: &String| {
        let file = file::read(&text(name)).expect("the scheme is sound");
        let plan = planner::plan(&file, &ledgers, years, &knows, 2024, &[]).expect("it is planned");
        let [zh, en] = [Lang::Zh, Lang::En].map(|lang| told(&file, &plan, &ledgers, lang));
        (plan.id.clone(), BTreeMap::from([(2024, SchemeRule { plan, zh, en })]))
    };
    names.map(one).collect()
}

/// Answers without ledgers: 1,000.00 yuan to three enterprises as the rule is, and as many yuan as the parameters add up to when they are changed.
struct Stub;

impl Simulator for Stub {
    fn ask(&self, scheme: &str, _: i16, values: &BTreeMap<String, String>) -> Told {
        let with = |awarded_fen: i64| {
            let cost = Cost { wanted_fen: awarded_fen, awarded_fen, enterprises: 3 };
            let goal = |met| Some(Goal { text: "≥ 7".to_owned(), met: Some(met) });
            Box::new(Simulated {
                all: cost,
                goal: goal(true),
                regions: vec![RegionCost { region: Some(ZHANJIANG.to_owned()), cost, goal: goal(false) }],
                budget_fen: Some(150_000),
                within_budget: Some(awarded_fen <= 150_000),
                above: Vec::new(),
            })
        };
        match scheme {
            "import-bases" => Told::Preparing,
            "premium-support" => {
                Told::Cannot(Both::new("缺少台账 premiums", "the ledger premiums is missing"))
            }
            _ => {
                let yuan: i64 = values.values().filter_map(|value| value.parse::<i64>().ok()).sum();
                Told::Ready { now: with(100_000), then: with(if yuan == 0 { 100_000 } else { yuan * 100 }) }
            }
        }
    }
}

/// Looks at lines without ledgers: each line of the file is a row worth 1,000.00 yuan; one that says `twice` is refused, one that says `near` is for a
/// person, and a file that says `bad` does not read.
struct LinesStub;

impl LinesStub {
    fn conditions() -> Vec<Standing> {
        let one = |zh: &str, en: &str, holds| Standing {
            label: Both::new(zh, en),
            holds: Some(holds),
            reason: Both::new("企业拖欠财政资金", "The enterprise owes money to the treasury"),
            clause: None,
            said: vec![(Both::new("地区代码", "region"), Both::same(ZHANJIANG))],
            illustrative: false,
        };
        vec![one("在支持地区登记", "registered", true), one("不拖欠财政资金", "owes nothing", false)]
    }
}

impl Precheck for LinesStub {
    fn look(&self, brought: &Brought) -> Result<Looked, Both> {
        let text = String::from_utf8_lossy(&brought.bytes).into_owned();
        if text.contains("bad") {
            return Err(Both::new("缺少列：报关单号", "the column declaration_no is missing"));
        }
        let lines: Vec<(u32, &str)> = (2..).zip(text.lines()).collect();
        let why = Both::new("只计最先一次", "the first one counts");
        let double = |(row, text): &(u32, &str)| {
            let whose = match *text {
                "twice" => Whose::Elsewhere,
                "near" => Whose::Own,
                _ => return None,
            };
            let person = *text == "near";
            Some(Double { row: *row, person, label: Both::same("R"), reason: why.clone(), whose })
        };
        let counted = lines.iter().filter(|(_, text)| *text != "twice").count();
        let (all, counted) = (u64::try_from(lines.len()).expect("few"), i64::try_from(counted).expect("few"));
        Ok(Looked {
            sha256: "00".repeat(32),
            rows: all,
            taken: all,
            key: vec![("declaration_no".to_owned(), Both::new("报关单号", "declaration"))],
            region: Some(ZHANJIANG.to_owned()),
            lines: lines
                .iter()
                .map(|(row, text)| Line {
                    row: *row,
                    key: vec![(*text).to_owned()],
                    yuan: "1000".to_owned(),
                    refused: (*text == "twice").then(|| (why.clone(), None)),
                })
                .collect(),
            doubles: lines.iter().filter_map(double).collect(),
            standing: Self::conditions(),
            claimed: (all * 1000).to_string(),
            claimed_fen: i64::try_from(all).expect("few") * 100_000,
            fen: counted * 100_000,
            counted: u64::try_from(counted).expect("few"),
            ..Looked::default()
        })
    }

    fn standing(&self, _: &str, _: i16, _: &str) -> Result<Vec<Standing>, Both> {
        Ok(Self::conditions())
    }

    fn refused(&self, _: &str, _: i16, enterprise: &str, _: usize) -> Result<(Vec<Refused>, usize), Both> {
        let one = Refused {
            class: Both::new("鼓励进口产品", "products"),
            key: vec![(Both::new("报关单号", "declaration"), format!("D-{enterprise}"))],
            yuan: "12.5".to_owned(),
            reason: Both::new("旧货不予支持", "Old goods are not supported"),
            clause: None,
        };
        Ok((vec![one], 1))
    }

    fn template(&self, _: &str, _: &str, _: Form, chinese: bool) -> Result<Vec<u8>, Both> {
        Ok(if chinese { "报关单号\n" } else { "declaration_no\n" }.as_bytes().to_vec())
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that is left behind does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The site, with whoever looks at it.
pub(crate) struct Browser {
    router: Router,
    pub(crate) database: Database,
    pub(crate) state: Shared,
    pub(crate) site: Arc<Site>,
    _folder: Folder,
}

impl Browser {
    async fn new(settings: Settings) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("jixiao-site-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder is made");
        let url = format!("sqlite://{}", folder.join("book.db").display());
        let folder = Folder(folder);
        let database = Database::open(&url).await.expect("it opens");
        let at = Moment(JULY - 30 * 24 * 3600 * 1_000_000);
        let beginning = Beginning { chain: "book-test".to_owned(), algorithm: Algorithm::Sha256 };
        database.migrate(&beginning).await.expect("the tables are made");
        let (fund, texts) = fund();
        let office = office();
        let root =
            Person::new(PersonId("system".to_owned()), vec![Grant::new(Role::Administrator, Scope::Nothing)])
                .expect("an administrator");
        let may = root.may(deeds::ManageUsers, &Target::system()).expect("an administrator may");
        let hash = password::hash(WORD, &[7; 16]).expect("it is hashed");
        let mut change = database.change(Actor::new("system", "test"), at).await.expect("a change");
        change.put_fund(&fund.id, &fund.name, "0").await.expect("the fund is kept");
        for (name, grant) in accounts() {
            let new = NewAccount { name, shown_name: name, password_hash: Some(hash.clone()), demo: false };
            change.add_account(new).await.expect("an account");
            change.give_roles(&may, name, &office.fund, vec![grant], &office.regions).await.expect("roles");
        }
        change.commit().await.expect("it is kept");
        let schemes = BTreeMap::from([
            ("import-interest".to_owned(), Both::new("进口贴息", "Interest subsidy for imports")),
            ("premium-support".to_owned(), Both::new("促进投保出口信用保险", "Export credit insurance")),
            ("import-bases".to_owned(), Both::new("六大进口基地", "Import bases")),
        ]);
        let mut site = Site { development: true, ..Site::default() };
        let mut pages = FundPages::new(fund.clone(), texts.clone(), schemes);
        pages.rules = planned(&fund, &texts);
        pages.simulator = Some(Arc::new(Stub));
        pages.precheck = Some(Arc::new(LinesStub));
        let names = [(ONE, "湛江海产示例公司"), (OTHER, "珠海电子示例公司")];
        let names = Names::of(names.map(|(code, name)| (code.to_owned(), name.to_owned())));
        *pages.names.write().expect("nobody holds it") = Arc::new(names);
        let table = texts.get("target-table.txt").expect("the fund has a table");
        let read = jixiao_tables::read(
            table.as_bytes(),
            Some("target-table.txt"),
            Some(&fund.regions),
            &Limits::default(),
        );
        pages.form = Some(jixiao_tables::official::layout(&read.expect("it reads").table));
        site.funds.insert(fund.id.clone(), pages);
        let site = Arc::new(site);
        let settings = Settings { face: Some(jixiao_site::face), ..settings };
        let outside = Outside { now, random };
        let state = State::new(database.clone(), [office], outside, settings, None);
        let router = with_pages(&state, jixiao_site::routes(&site));
        Self { router, database, state, site, _folder: folder }
    }

    pub(crate) async fn ask(&self, mut request: Request<Body>) -> Answer {
        let peer: SocketAddr = "127.0.0.1:50000".parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Somebody signs in by the page; the public with an empty name.
    pub(crate) async fn enters(&self, name: &str) -> Visitor<'_> {
        let mut visitor = Visitor { browser: self, cookie: String::new(), lang: "zh" };
        if !name.is_empty() {
            let answer = visitor.send("/sign-in", &[("name", name), ("password", WORD)]).await;
            assert_eq!(answer.status, 303, "{name} does not get in: {}", answer.text);
            let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
            visitor.cookie = cookie.to_owned();
        }
        visitor
    }
}

/// Somebody who looks at pages.
pub(crate) struct Visitor<'b> {
    browser: &'b Browser,
    pub(crate) cookie: String,
    pub(crate) lang: &'static str,
}

impl Visitor<'_> {
    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookie = format!("jixiao-language={}; {}", self.lang, self.cookie);
        Request::builder().method(method).uri(path).header("accept", "text/html").header("cookie", cookie)
    }

    /// Looks at a page with a header of its own.
    pub(crate) async fn looks_with(&self, path: &str, name: &str, value: &str) -> Answer {
        let request = self.request("GET", path).header(name, value);
        self.browser.ask(request.body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn looks(&self, path: &str) -> Answer {
        self.browser.ask(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    /// The word against forgery that this visitor's pages carry.
    pub(crate) async fn word(&self) -> String {
        let page = self.looks("/account").await.text;
        let after = page.split("name=\"csrf\" value=\"").nth(1).unwrap_or_default();
        after.split('"').next().unwrap_or_default().to_owned()
    }

    /// Sends a form without a word against forgery of its own accord.
    pub(crate) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request("POST", path).header("content-type", "application/x-www-form-urlencoded");
        self.browser.ask(request.body(Body::from(body)).expect("a request")).await
    }

    /// Fills in a form of a page and sends it.
    pub(crate) async fn fills(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let word = self.word().await;
        let mut all = vec![("csrf", word.as_str())];
        all.extend_from_slice(fields);
        self.send(path, &all).await
    }

    /// Sends a form that takes files, with fields alone.
    pub(crate) async fn fills_parts(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let word = self.word().await;
        let mut body = String::new();
        for (name, value) in [("csrf", word.as_str())].iter().chain(fields) {
            body += &format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        body += "--x--\r\n";
        let request = self.request("POST", path).header("content-type", "multipart/form-data; boundary=x");
        self.browser.ask(request.body(Body::from(body)).expect("a request")).await
    }

    /// Sends a form with a file and fields.
    pub(crate) async fn brings(&self, path: &str, text: &str, fields: &[(&str, &str)]) -> Answer {
        let word = self.word().await;
        let mut body = String::new();
        for (name, value) in [("csrf", word.as_str())].iter().chain(fields) {
            body += &format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        body += &format!(
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"明细.csv\"\r\ncontent-type: text/csv\r\n\r\n{text}\r\n--x--\r\n"
        );
        let request = self.request("POST", path).header("content-type", "multipart/form-data; boundary=x");
        self.browser.ask(request.body(Body::from(body)).expect("a request")).await
    }

    /// Attaches a text file with the form of a record's page.
    pub(crate) async fn attaches(&self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        let word = self.word().await;
        let mut body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{word}\r\n--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: text/plain\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let request = self.request("POST", path).header("content-type", "multipart/form-data; boundary=x");
        self.browser.ask(request.body(Body::from(body)).expect("a request")).await
    }
}

/// The person behind an account.
pub(crate) fn person(name: &str) -> Person {
    let grant = accounts().into_iter().find(|(account, _)| *account == name).expect("an account").1;
    Person::new(PersonId(name.to_owned()), vec![grant]).expect("a person")
}

/// Opens a record as somebody; its number.
pub(crate) async fn opened(browser: &Browser, who: &str, machine: &str, subject: &str, about: About) -> i64 {
    let machine = machines::find(machine).expect("a way");
    let action = machine.from(None).next().expect("an action that opens");
    let mut facts = Facts::new();
    for guard in Guard::ALL {
        facts = facts.holds(*guard);
    }
    let opening = Opening {
        machine,
        action: action.id,
        subject,
        about,
        content: r#"{"statement":"试","phone":"12345"}"#,
        amount_fen: Some(123_456),
        reason: "试",
        on_behalf: None,
        facts,
    };
    let at = Moment::of(now());
    let mut change = browser.database.change(Actor::new(who, "test"), at).await.expect("a change");
    let file = change.open_case(&office(), &person(who), opening).await.expect("it is opened");
    change.commit().await.expect("it is kept");
    file.id
}

/// Runs a test on a site of its own.
pub(crate) fn visited<F, Fut>(test: F)
where
    F: FnOnce(Browser) -> Fut,
    Fut: Future<Output = ()>,
{
    visited_with(async { Settings::default() }, test);
}

/// The same with settings that take something that runs.
pub(crate) fn visited_with<F, Fut>(settings: impl Future<Output = Settings>, test: F)
where
    F: FnOnce(Browser) -> Fut,
    Fut: Future<Output = ()>,
{
    CLOCK.set(JULY);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let browser = Browser::new(settings.await).await;
        let database = browser.database.clone();
        test(browser).await;
        database.close().await;
    });
}
