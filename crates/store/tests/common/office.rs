//! A small fund: a province with two cities, the people who work in it, and its first money.

#![allow(dead_code, reason = "each test file takes what it needs")]

use jiff::tz::Offset;
use jixiao_core::{
    book::{AccountName, Cause, EntryKind, Outcome, Step, Whole},
    calendar::Calendar,
    people::{Deed, Grant, Person, PersonId, Reach, Role, Scope},
    region::{Region, RegionKind, RegionTree},
    workflow::Terms,
};
use jixiao_store::{Actor, Change, Database, Moment, Office, money::Asked};

pub(crate) const FUND: &str = "f";

/// 2024-07-01 10:00 in the fund's own time, a Monday.
pub(crate) const JULY: Moment = Moment(1_719_799_200_000_000);
pub(crate) const DAY: i64 = 24 * 3600 * 1_000_000;

/// So many days after [`JULY`].
pub(crate) fn day(days: i64) -> Moment {
    Moment(JULY.0 + days * DAY)
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

pub(crate) fn person(name: &str, role: Role, scope: Scope) -> Person {
    Person::new(PersonId(name.to_owned()), vec![Grant::new(role, scope)]).expect("roles that go together")
}

pub(crate) struct Staff {
    pub(crate) enterprise: Person,
    pub(crate) other_enterprise: Person,
    pub(crate) city: Person,
    pub(crate) other_city: Person,
    pub(crate) programme: Person,
    pub(crate) finance: Person,
    pub(crate) second_finance: Person,
    pub(crate) auditor: Person,
    pub(crate) administrator: Person,
}

pub(crate) fn staff() -> Staff {
    let region = |code: &str| Scope::Region(code.to_owned());
    let enterprise = |code: &str| Scope::Enterprise(code.to_owned());
    Staff {
        enterprise: person("e1", Role::Enterprise, enterprise("E1")),
        other_enterprise: person("e2", Role::Enterprise, enterprise("E2")),
        city: person("city-a", Role::CityOfficer, region("A")),
        other_city: person("city-b", Role::CityOfficer, region("B")),
        programme: person("programme", Role::ProgrammeOfficer, Scope::Fund),
        finance: person("finance", Role::ProvinceFinance, Scope::Fund),
        second_finance: person("finance-2", Role::ProvinceFinance, Scope::Fund),
        auditor: person("auditor", Role::Auditor, Scope::Fund),
        administrator: person("root", Role::Administrator, Scope::Nothing),
    }
}

pub(crate) fn reach(person: &Person, deed: Deed) -> Reach<Deed> {
    person.reach(deed).expect("the role does it")
}

pub(crate) async fn by(database: &Database, person: &Person, at: Moment) -> Change {
    database.change(Actor::new(person.id().0.clone(), "test"), at).await.expect("a change begins")
}

/// The fund, 1000 fen of its year allocated to scheme `s` in city A.
pub(crate) async fn begin(database: &Database) {
    let mut change = database.change(Actor::new("system", "test"), JULY).await.expect("a change begins");
    change.put_fund(FUND, "资金", "").await.expect("a fund");
    let entry = |key: &str, kind, from, to| Asked {
        key: key.to_owned(),
        kind,
        step: Step::Move,
        from,
        to,
        fen: 1000,
        cause: Cause { kind: "document".to_owned(), reference: "1".to_owned() },
        corrects: None,
        reason: String::new(),
    };
    let appropriated = AccountName::appropriated(FUND, 2024);
    let batch = [
        entry("1", EntryKind::Appropriate, AccountName::source(FUND, 2024), appropriated.clone()),
        entry("2", EntryKind::Allocate, appropriated, AccountName::allocated(FUND, 2024, "s", "A")),
    ];
    let outcomes = change.post(&batch, Whole::Together).await.expect("the books answer");
    assert_eq!(outcomes, vec![Outcome::Created; 2]);
    change.commit().await.expect("it is kept");
}
