use std::{io::Write as _, net::SocketAddr, path::PathBuf, sync::Arc};

use jiff::tz::Offset;
use jixiao_core::{
    both,
    calendar::Calendar,
    finding::{Both, Lang},
    fund::{FolderTexts, Fund, FundFault},
    region::RegionTree,
    workflow::Terms,
};
use jixiao_site::Site;
use jixiao_store::{Actor, Database, Fault, Moment, Office};
use jixiao_web::{Settings, State, jobs::Worker, log::JsonLines};
use sha2::{Digest as _, Sha256};

#[cfg(feature = "oidc")]
use crate::commands::organisation;
use crate::{
    Outside,
    args::ServeArgs,
    commands::{Setting, db, user},
    exit::Exit,
    fund,
    pages::{self, Folders},
    work::Workshop,
};

/// Hours that the time of the whole country is ahead of Greenwich.
const AHEAD: i8 = 8;

/// What the book must know of a fund.
///
/// # Errors
/// Its calendar or its terms have faults: all of them, one a line.
pub(super) fn office(fund: &Fund, texts: &FolderTexts) -> Result<Office, String> {
    let told = |faults: Vec<FundFault>| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let mut calendar = Calendar::national().map_err(told)?;
    if let Some(text) = texts.get("calendar.toml") {
        calendar = calendar.with(Calendar::parse("calendar.toml", text).map_err(told)?);
    }
    let terms = match texts.get("workflow.toml") {
        Some(text) => Terms::parse("workflow.toml", text),
        None => Terms::national(),
    };
    let regions: RegionTree = fund.regions.clone();
    let terms = terms.map_err(told)?;
    Ok(Office { fund: fund.id.clone(), regions, calendar, terms, zone: Offset::constant(AHEAD) })
}

/// The digest of a fund folder: of every file's name, length and text, in the order of their names.
pub(crate) fn digest(texts: &FolderTexts) -> String {
    use std::fmt::Write as _;
    let mut sum = Sha256::new();
    for (name, text) in texts {
        sum.update(name.as_bytes());
        sum.update([0]);
        sum.update(text.len().to_string().as_bytes());
        sum.update([0]);
        sum.update(text.as_bytes());
    }
    sum.finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Puts a fund into the database where it is missing, or its folder in force where it is another.
pub(super) async fn put(
    database: &Database,
    fund: &Fund,
    texts: &FolderTexts,
    at: Moment,
) -> Result<(), Fault> {
    let mut change = database.change(Actor::new("system", "command-line"), at).await?;
    if change.put_fund(&fund.id, &fund.name, &digest(texts)).await? {
        change.commit().await?;
    }
    Ok(())
}

/// Writes a line of the log.
fn write(line: &str) {
    // Where nobody reads, nothing can be said.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Until the terminal or the system says to stop.
async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let ended = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let ended = std::future::pending::<()>();
    tokio::pin!(interrupted, ended);
    std::future::poll_fn(|context| {
        use std::{future::Future as _, task::Poll};
        let over = interrupted.as_mut().poll(context).is_ready() || ended.as_mut().poll(context).is_ready();
        if over { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

pub(super) fn run(setting: &Setting, args: &ServeArgs, outside: &Outside) -> Result<Exit, String> {
    let lang = setting.lang;
    let mut funds = vec![(setting.fund.clone(), setting.texts.clone())];
    for folder in &args.funds {
        funds.push(fund::load(Some(folder), lang)?);
    }
    db::must_be_there(&args.at.database, lang)?;
    let breached = user::breached(&args.breached, lang)?.map(Arc::new);
    let settings = Settings {
        behind_tls: args.behind_tls,
        breached,
        #[cfg(feature = "oidc")]
        organisation: organisation::provider(args, lang)?,
        ..Settings::default()
    };
    let folders = Folders { published: args.published.clone(), ledgers: args.ledgers.clone() };
    let site = pages::site(setting, &funds, &folders, args.development)?;
    let settings = Settings { worker: worker(setting, &folders, &site), ..settings };
    // Whoever mistyped the folder must see it; whoever begins with an empty one must know what comes next.
    let empty = match &args.published {
        Some(folder) if !pages::holds_year(folder) => {
            let folder = folder.display();
            both!(
                "{folder} 中还没有算好的年度：页面暂无结果，可在“任务”页发布，或用 jixiao run --out {folder} 写出\n",
                "{folder} holds no computed year yet: the pages show no results; publish one on the page of jobs, or write one with jixiao run --out {folder}\n"
            )
        }
        _ => Both::default(),
    };
    let said = |address: SocketAddr| {
        let Both { zh, en } = &empty;
        both!(
            "{zh}正在监听 http://{address} （页面）；接口说明：http://{address}/api/docs ；按 Ctrl-C 停止\n",
            "{en}listening at http://{address} (the pages); the interface is described at http://{address}/api/docs ; Ctrl-C stops it\n"
        )
    };
    let serving = Serving { url: &args.at.database, funds: &funds, site, listen: args.listen, settings };
    until_stopped(serving, outside, lang, &said)
}

/// Whoever does long work: none where there are no ledgers.
pub(super) fn worker(setting: &Setting, folders: &Folders, site: &Arc<Site>) -> Option<Arc<dyn Worker>> {
    let shop = |ledgers: &PathBuf| {
        Arc::new(Workshop::new(setting, ledgers, folders.published.as_deref(), Arc::clone(site)))
    };
    folders.ledgers.as_ref().map(shop).map(|shop| shop as Arc<dyn Worker>)
}

/// What is served, and where.
pub(super) struct Serving<'a> {
    /// The database.
    pub url: &'a str,
    /// The funds with their folders.
    pub funds: &'a [(Fund, FolderTexts)],
    /// What pages know beside the book.
    pub site: Arc<Site>,
    /// Where.
    pub listen: SocketAddr,
    /// Figures and switches.
    pub settings: Settings,
}

/// Serves funds from a database until it is told to stop; says where once it listens.
///
/// # Errors
/// Faults of a fund folder; the database is not current; the address is not free.
pub(super) fn until_stopped(
    serving: Serving<'_>,
    outside: &Outside,
    lang: Lang,
    said: &dyn Fn(SocketAddr) -> Both,
) -> Result<Exit, String> {
    let Serving { url, funds, site, listen, settings } = serving;
    let mut offices = Vec::new();
    for (fund, texts) in funds {
        offices.push(office(fund, texts)?);
    }
    jixiao_web::log::begin(JsonLines { now: outside.now, write })?;
    let metrics = jixiao_web::count()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let told = |fault: Fault| db::words(&fault.words(), lang);
        let database = Database::open(url).await.map_err(told)?;
        database.must_be_current().await.map_err(told)?;
        for (fund, texts) in funds {
            put(&database, fund, texts, Moment::of((outside.now)())).await.map_err(told)?;
        }
        let own = jixiao_web::Outside { now: outside.now, random: outside.random };
        let face = Some(jixiao_site::face as jixiao_web::state::Face);
        let settings = Settings { face, ..settings };
        let state = State::new(database, offices, own, settings, Some(metrics));
        #[cfg(feature = "oidc")]
        tokio::spawn({
            let state = Arc::clone(&state);
            async move { jixiao_web::organisation::look(&state).await }
        });
        let listener = tokio::net::TcpListener::bind(listen).await;
        let listener = listener.map_err(|error| cannot_listen(listen, &error, lang))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        super::print(said(address).get(lang))?;
        let pages = jixiao_site::routes(&site);
        jixiao_web::serve(listener, state, pages, told_to_stop()).await.map_err(|error| error.to_string())
    })?;
    Ok(Exit::Clean)
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error, lang: Lang) -> String {
    both!(
        "不能在 {address} 监听：{error}；请用 --listen 换一个地址或端口",
        "cannot listen at {address}: {error}; give another address or port with --listen"
    )
    .get(lang)
    .to_owned()
}
