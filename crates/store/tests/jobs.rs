//! Long work: who may ask for it and see it, one at a time, how it ends, and what becomes of it when its server is gone.

mod common;
#[path = "common/office.rs"]
mod office;

use common::on_both;
use jixiao_core::{both, finding::Both, people::Person};
use jixiao_store::{
    Actor, Database, Fault, Moment,
    audit::Search,
    jobs::{End, Kind, Left, MayWork, Progress, State, Which},
};
use office::{FUND, day, office, staff};

const HERE: &str = "server-one";
const ELSEWHERE: &str = "server-two";

async fn ask(
    database: &Database,
    person: &Person,
    kind: Kind,
    asked: &str,
    server: &str,
) -> Result<i64, Fault> {
    let may = MayWork::of(person, kind).map_err(|refused| Fault::refused(refused.message()))?;
    let mut change = database.change(Actor::new(person.id().0.clone(), "test"), day(0)).await?;
    let id = change.ask_job(&office(), &may, 2024, asked, server).await?;
    change.commit().await?;
    Ok(id)
}

async fn end(database: &Database, id: i64, server: &str, how: End) -> Result<(), Fault> {
    let mut change = database.change(Actor::new("programme", "job"), day(1)).await?;
    change.end_job(id, server, &how).await?;
    change.commit().await
}

async fn cancel(database: &Database, person: &Person, kind: Kind, id: i64) -> Result<bool, Fault> {
    let may = MayWork::of(person, kind).expect("they may");
    let mut change = database.change(Actor::new(person.id().0.clone(), "test"), day(1)).await?;
    let new = change.cancel_job(&office(), &may, id).await?;
    if new {
        change.commit().await?;
    }
    Ok(new)
}

async fn state(database: &Database, id: i64) -> State {
    database.job(&office(), &Kind::ALL, id).await.expect("it is there").state
}

/// What the chain says of a job, oldest first: deed, before, after up to the first space.
async fn noted(database: &Database, id: i64) -> Vec<String> {
    let all = database.records(&Search::default(), 1000).await.expect("it reads");
    let subject = format!("job/{id}");
    let own = all.iter().rev().map(|one| &one.record).filter(|record| record.subject == subject);
    own.map(|record| {
        let after = record.after.split([' ', ',']).next().unwrap_or_default();
        format!("{} {} {} > {after}", record.who, record.deed, record.before)
    })
    .collect()
}

async fn fund(database: &Database) {
    let mut change = database.change(Actor::new("system", "test"), day(0)).await.expect("a change");
    change.put_fund(FUND, "示例资金", "").await.expect("a fund");
    change.commit().await.expect("kept");
}

#[test]
fn a_job_is_asked_for_done_and_seen_by_whoever_has_its_deed() {
    on_both(async |database, _| {
        fund(&database).await;
        let staff = staff();
        // Two kinds are the programme officer's alone, reports also finance's; a city, an auditor and an enterprise have none.
        assert_eq!(Kind::seen_by(&staff.programme), Kind::ALL);
        assert_eq!(Kind::seen_by(&staff.finance), [Kind::Report]);
        for other in [&staff.city, &staff.auditor, &staff.enterprise] {
            assert_eq!(Kind::seen_by(other), []);
            assert!(ask(&database, other, Kind::Intake, "{}", HERE).await.is_err());
        }
        let first = ask(&database, &staff.programme, Kind::AwardRun, "{\"commit\":true}", HERE).await;
        let first = first.expect("asked");
        let second = ask(&database, &staff.programme, Kind::Intake, "{}", HERE).await.expect("asked");
        // The same twice is one job; something else is another.
        let again = ask(&database, &staff.programme, Kind::Intake, "{}", HERE).await;
        assert!(
            matches!(&again, Err(Fault::Taken { what }) if *what == format!("job {second}")),
            "{again:?}"
        );

        // One at a time for a fund, in the order of asking.
        assert_eq!(database.next_job(HERE).await.expect("it answers").map(|job| job.id), Some(first));
        assert_eq!(database.next_job(ELSEWHERE).await.expect("it answers"), None);
        assert!(!database.begin_job(first, ELSEWHERE, day(1)).await.expect("it answers"));
        assert!(database.begin_job(first, HERE, day(1)).await.expect("it answers"));
        assert!(!database.begin_job(second, HERE, day(1)).await.expect("it answers"), "one runs already");
        assert_eq!(database.next_job(HERE).await.expect("it answers"), None);

        let far = Progress { step: both!("读入台账", "reading ledgers"), done: 5, total: 9, rows: 1_234 };
        assert!(database.tell_job(first, HERE, &far, day(1)).await.expect("it is told"));
        let found = database.job(&office(), &[Kind::AwardRun], first).await.expect("it is there");
        assert_eq!((found.state, found.progress, found.begun_at), (State::Running, far, Some(day(1))));
        // To whoever has not its deed it is not there.
        let hidden = database.job(&office(), &Kind::seen_by(&staff.finance), first).await;
        assert!(matches!(hidden, Err(Fault::NotFound { .. })), "{hidden:?}");
        let seen = database.jobs(&office(), &Kind::seen_by(&staff.finance), &Which::default(), 9).await;
        assert_eq!(seen.expect("it answers"), []);
        assert_eq!(database.jobs(&office(), &[], &Which::default(), 9).await.expect("it answers"), []);

        let done = End::Done { outcome: "{\"run\":7}".to_owned(), set_aside: Some("[1]".to_owned()) };
        end(&database, first, HERE, done.clone()).await.expect("it ends");
        assert!(end(&database, first, HERE, done).await.is_err(), "it is over");
        let found = database.job(&office(), &Kind::ALL, first).await.expect("it is there");
        assert_eq!((found.state, found.outcome.as_deref()), (State::Done, Some("{\"run\":7}")));
        let aside = database.job_set_aside(&office(), &Kind::ALL, first).await.expect("it answers");
        assert_eq!(aside.as_deref(), Some("[1]"));
        assert_eq!(
            noted(&database, first).await,
            ["programme job.ask  > award-run", "programme job.end running > done"]
        );
        assert_eq!(database.next_job(HERE).await.expect("it answers").map(|job| job.id), Some(second));
        // The newest first, by state, and from a place on.
        let which = Which { before: Some(second), ..Which::default() };
        let older = database.jobs(&office(), &Kind::ALL, &which, 9).await.expect("it answers");
        assert_eq!(older.iter().map(|job| job.id).collect::<Vec<_>>(), [first]);
        let which = Which { state: Some(State::Waiting), kind: Some(Kind::Intake), before: None };
        assert_eq!(database.jobs(&office(), &Kind::ALL, &which, 9).await.expect("it answers").len(), 1);
    });
}

#[test]
fn what_fails_says_why_and_what_is_stopped_is_over() {
    on_both(async |database, _| {
        fund(&database).await;
        let staff = staff();
        let of = async |kind| ask(&database, &staff.programme, kind, "{}", HERE).await.expect("asked");
        let (failing, waiting, running) =
            (of(Kind::Intake).await, of(Kind::AwardRun).await, of(Kind::Report).await);
        assert!(database.begin_job(failing, HERE, day(1)).await.expect("it answers"));
        let why: Vec<Both> =
            vec![both!("缺少 a.csv", "a.csv is missing"), both!("缺少 b.csv", "b.csv is missing")];
        end(&database, failing, HERE, End::Failed(why.clone())).await.expect("it ends");
        let found = database.job(&office(), &Kind::ALL, failing).await.expect("it is there");
        let told: serde_json::Value = serde_json::from_str(&found.outcome.expect("reasons")).expect("JSON");
        assert_eq!(told, serde_json::json!({ "reasons": why }));

        // One that waits is over at once; one that is done goes on until it looks.
        assert!(cancel(&database, &staff.programme, Kind::AwardRun, waiting).await.expect("stopped"));
        assert_eq!(state(&database, waiting).await, State::Cancelled);
        assert!(!database.begin_job(waiting, HERE, day(1)).await.expect("it answers"));
        assert!(database.begin_job(running, HERE, day(1)).await.expect("it answers"));
        assert!(cancel(&database, &staff.finance, Kind::Report, running).await.expect("it will stop"));
        assert!(
            !cancel(&database, &staff.finance, Kind::Report, running).await.expect("it was asked before")
        );
        assert_eq!(state(&database, running).await, State::Running);
        let on = database.tell_job(running, HERE, &Progress::default(), day(1)).await.expect("told");
        assert!(!on, "it is to stop");
        end(&database, running, HERE, End::Cancelled).await.expect("it ends");
        assert_eq!(
            noted(&database, running).await,
            [
                "programme job.ask  > report",
                "finance job.cancel running > cancelling",
                "programme job.end running > cancelled"
            ]
        );
        // What is over is not stopped, and a permission for another kind finds nothing.
        assert!(matches!(
            cancel(&database, &staff.programme, Kind::Report, running).await,
            Err(Fault::Refused(_))
        ));
        assert!(matches!(
            cancel(&database, &staff.programme, Kind::Report, waiting).await,
            Err(Fault::NotFound { .. })
        ));
    });
}

#[test]
fn what_a_server_leaves_behind_is_known_for_it() {
    on_both(async |database, _| {
        fund(&database).await;
        let staff = staff();
        let of =
            async |kind, server| ask(&database, &staff.programme, kind, "{}", server).await.expect("asked");
        let (running, waiting) = (of(Kind::Intake, ELSEWHERE).await, of(Kind::AwardRun, ELSEWHERE).await);
        let own = of(Kind::Report, HERE).await;
        assert!(database.begin_job(running, ELSEWHERE, day(1)).await.expect("it answers"));
        // It was heard of on day 2: nobody takes it for dead before.
        database.server_is_there(ELSEWHERE, day(2)).await.expect("told");
        let silent = async |since: Moment| database.interrupt_jobs(Left::Silent(HERE, since), day(3)).await;
        assert_eq!(silent(day(2)).await.expect("it answers"), 0);
        assert_eq!(state(&database, running).await, State::Running);
        assert_eq!(silent(day(3)).await.expect("it answers"), 2);
        for id in [running, waiting] {
            assert_eq!(state(&database, id).await, State::Interrupted);
        }
        assert_eq!(state(&database, own).await, State::Waiting);
        // The server that was silent and comes back finds that it is not its job any more, and keeps nothing of it.
        let on = database.tell_job(running, ELSEWHERE, &Progress::default(), day(3)).await.expect("told");
        assert!(!on);
        let done = End::Done { outcome: "{}".to_owned(), set_aside: None };
        assert!(matches!(end(&database, running, ELSEWHERE, done).await, Err(Fault::Refused(_))));
        assert_eq!(
            noted(&database, waiting).await,
            ["programme job.ask  > award-run", "system job.end waiting > interrupted"]
        );
        // It can be asked for again. A database that has one server knows at once that whatever another one had is left behind.
        let again = of(Kind::Intake, ELSEWHERE).await;
        assert_eq!(database.interrupt_jobs(Left::Others(HERE), day(3)).await.expect("it answers"), 1);
        assert_eq!(state(&database, again).await, State::Interrupted);
        assert_eq!(database.interrupt_jobs(Left::Own(HERE), day(3)).await.expect("it answers"), 1);
        assert_eq!(state(&database, own).await, State::Interrupted);
        assert_eq!(database.interrupt_jobs(Left::Own(HERE), day(3)).await.expect("it answers"), 0);
    });
}
