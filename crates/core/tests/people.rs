//! Roles, scopes and permissions: who reaches what, what is refused, and what a refusal gives away. All names are invented.

use std::collections::BTreeSet;

use jixiao_core::{
    finding::Both,
    people::{Deed, Family, Grant, Person, PersonId, Reaches, RegionPath, Role, Scope, Target, deeds},
    region::{Region, RegionKind, RegionTree},
};

fn tree() -> RegionTree {
    let region = |code: &str, name: &str, parent: Option<&str>, kind| Region {
        code: code.into(),
        name: name.into(),
        english: String::new(),
        parent: parent.map(Into::into),
        kind,
        aliases: Vec::new(),
        in_scope: true,
        reason: String::new(),
    };
    RegionTree::new(vec![
        region("900000", "甲省", None, RegionKind::Province),
        region("900100", "乙市", Some("900000"), RegionKind::City),
        region("900101", "丙区", Some("900100"), RegionKind::County),
        region("900200", "丁市", Some("900000"), RegionKind::City),
    ])
    .expect("a sound tree")
}

fn path(code: &str) -> RegionPath {
    RegionPath::of(&tree(), code).expect("in the tree")
}

fn scope(text: &str) -> Scope {
    match text {
        "fund" => Scope::Fund,
        "-" => Scope::Nothing,
        code if code.starts_with("900") => Scope::Region(code.to_owned()),
        code => Scope::Enterprise(code.to_owned()),
    }
}

fn grants(list: &[(Role, &str)]) -> Vec<Grant> {
    list.iter().map(|&(role, over)| Grant::new(role, scope(over))).collect()
}

fn person(list: &[(Role, &str)]) -> Person {
    Person::new(PersonId("u1".into()), grants(list)).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn one_of(role: Role) -> Person {
    person(&[(
        role,
        match role {
            Role::ProgrammeOfficer | Role::ProvinceFinance | Role::Auditor => "fund",
            Role::CityOfficer => "900100",
            Role::Enterprise => "E1",
            Role::Public | Role::Administrator => "-",
        },
    )])
}

#[test]
fn who_reaches_what() {
    let targets = [
        ("system", Target::system()),
        ("fund", Target::fund()),
        ("province", Target::region(path("900000"))),
        ("city", Target::region(path("900100"))),
        ("district", Target::region(path("900101"))),
        ("other", Target::region(path("900200"))),
        ("E1", Target::enterprise("E1", path("900101"))),
        ("E2 there", Target::enterprise("E2", path("900101"))),
        ("E2 elsewhere", Target::enterprise("E2", path("900200"))),
        ("disclosed", Target::enterprise("E2", path("900200")).disclosed()),
    ];
    let all_records =
        ["fund", "province", "city", "district", "other", "E1", "E2 there", "E2 elsewhere", "disclosed"];
    let below = ["city", "district", "E1", "E2 there"];
    use Role::{Administrator, Auditor, CityOfficer, Enterprise, ProgrammeOfficer, ProvinceFinance, Public};
    for (who, deed, reached) in [
        (vec![(ProgrammeOfficer, "fund")], Deed::ReadApplications, &all_records[..]),
        (vec![(ProgrammeOfficer, "fund")], Deed::PayMake, &[]),
        (vec![(ProvinceFinance, "fund")], Deed::PayMake, &all_records[..]),
        (vec![(CityOfficer, "900100")], Deed::ReadApplications, &below[..]),
        (vec![(CityOfficer, "900100")], Deed::ReviewAtCity, &below[..]),
        (vec![(CityOfficer, "900101")], Deed::ReviewAtCity, &["district", "E1", "E2 there"]),
        (vec![(CityOfficer, "900100")], Deed::ReviewAtProvince, &[]),
        // A region that is no longer in the tree covers nothing.
        (vec![(CityOfficer, "900300")], Deed::ReadTargets, &[]),
        (vec![(Auditor, "fund")], Deed::ReadApplications, &all_records[..]),
        (vec![(Auditor, "900200")], Deed::WriteFinding, &["other", "E2 elsewhere", "disclosed"]),
        (vec![(Auditor, "fund")], Deed::MakeAward, &[]),
        (vec![(Enterprise, "E1")], Deed::ReadApplications, &["E1"]),
        (vec![(Enterprise, "E1")], Deed::FileApplication, &["E1"]),
        (vec![(Enterprise, "E1")], Deed::ReadTargets, &[]),
        (vec![(Enterprise, "E1")], Deed::ReadDisclosed, &["disclosed"]),
        (vec![(Public, "-")], Deed::ReadDisclosed, &["disclosed"]),
        (vec![(Public, "-")], Deed::ReadAwards, &[]),
        (vec![(Administrator, "-")], Deed::ManageUsers, &["system"]),
        (vec![(Administrator, "-")], Deed::ReadDisclosed, &["disclosed"]),
        (vec![(Administrator, "-")], Deed::ReadApplications, &[]),
        (vec![(ProgrammeOfficer, "fund")], Deed::ManageUsers, &[]),
        // A role's scope does not lend itself to another role: reading the whole fund as one, reviewing one city as the other.
        (
            vec![(CityOfficer, "900200"), (ProvinceFinance, "fund")],
            Deed::ReviewAtCity,
            &["other", "E2 elsewhere", "disclosed"],
        ),
        (
            vec![(CityOfficer, "900101"), (CityOfficer, "900200")],
            Deed::ReportActual,
            &["district", "other", "E1", "E2 there", "E2 elsewhere", "disclosed"],
        ),
        (vec![], Deed::ReadDisclosed, &[]),
    ] {
        let somebody = person(&who);
        for (name, target) in &targets {
            let may = somebody.may(deed, target);
            assert_eq!(may.is_ok(), reached.contains(name), "{who:?} {deed:?} {name}");
            // A list's filter and a record's permission never disagree.
            let listed = somebody.reach(deed).is_ok_and(|reach| reach.covers(target));
            assert_eq!(listed, may.is_ok(), "{who:?} {deed:?} {name}");
            if let Ok(may) = may {
                assert_eq!((may.deed(), may.who().0.as_str(), may.target()), (deed, "u1", target));
                assert!(deed.roles().contains(&may.role()));
            }
        }
    }
}

#[test]
fn a_refusal_is_the_same_for_another_s_record_and_for_none() {
    let enterprise = one_of(Role::Enterprise);
    let of = |target: &Target| enterprise.may(deeds::ReadApplications, target).expect_err("not theirs");
    let anothers = of(&Target::enterprise("E2", path("900101")));
    assert_eq!(anothers, of(&Target::enterprise("no-such", path("900200"))));
    assert_eq!(anothers, of(&Target::fund()));
    assert_eq!(anothers, enterprise.refused(Deed::ReadApplications), "what is answered about nothing at all");
    let message = anothers.message();
    assert!(message.zh.contains("或不存在") && message.en.contains("or does not exist"), "{message:?}");
    assert!(!message.zh.contains("E2") && !message.zh.contains("900"), "{message:?}");

    let none = one_of(Role::Public).refused(Deed::PayCheck);
    assert_eq!(none.needs(), [Role::ProvinceFinance]);
    let message = none.message();
    assert!(message.zh.contains("复核支付令") && message.zh.contains("省级财政"), "{message:?}");
    assert!(
        message.en.contains("check payment orders") && message.en.contains("you hold none"),
        "{message:?}"
    );
    assert!(!message.zh.contains("不存在"), "no role at all has nothing to do with the record: {message:?}");
}

#[test]
fn a_permission_is_for_one_deed() {
    let finance = one_of(Role::ProvinceFinance);
    let may = finance.may(Deed::PayMake, &Target::fund()).expect("theirs");
    let may = *may.narrow(deeds::PayCheck).expect_err("making is not checking");
    assert_eq!(may.narrow(deeds::PayMake).map(|m| m.deed()), Ok(Deed::PayMake));
}

#[test]
fn a_token_is_held_to_its_deeds() {
    let token = one_of(Role::ProvinceFinance).limited_to([Deed::ReadAwards, Deed::ReadPayments]);
    assert!(token.may(Deed::ReadAwards, &Target::fund()).is_ok());
    let refused = token.may(Deed::PayMake, &Target::fund()).expect_err("not in the token");
    assert!(refused.message().zh.contains("令牌"), "{:?}", refused.message());
    assert_eq!(token.deeds(), [Deed::ReadAwards, Deed::ReadPayments]);
    // A second limit narrows and never widens, and a limit gives no role.
    assert_eq!(token.clone().limited_to([Deed::ReadPayments, Deed::PayMake]).deeds(), [Deed::ReadPayments]);
    assert_eq!(one_of(Role::Public).limited_to([Deed::PayMake]).deeds(), []);
}

#[test]
fn a_list_is_filtered_by_scopes() {
    use Role::{CityOfficer, ProgrammeOfficer, ProvinceFinance};
    let scopes = |list: &[(Role, &str)], deed| person(list).reach(deed).map(|r| r.scopes().to_vec());
    assert_eq!(
        scopes(&[(CityOfficer, "900200"), (CityOfficer, "900100")], Deed::ReadTargets),
        Ok(vec![scope("900100"), scope("900200")])
    );
    assert_eq!(
        scopes(&[(CityOfficer, "900200"), (ProvinceFinance, "fund")], Deed::ReadTargets),
        Ok(vec![Scope::Fund])
    );
    assert_eq!(
        scopes(&[(CityOfficer, "900200"), (ProvinceFinance, "fund")], Deed::ReviewAtCity),
        Ok(vec![scope("900200")])
    );
    assert!(scopes(&[(ProgrammeOfficer, "fund")], Deed::PayMake).is_err());
}

fn said(faults: &[Both]) -> Vec<&str> {
    faults.iter().map(|fault| fault.en.as_str()).collect()
}

#[test]
fn roles_that_must_not_come_together() {
    use Role::{Administrator, Auditor, CityOfficer, Enterprise, ProgrammeOfficer, ProvinceFinance, Public};
    for (list, faults) in [
        (vec![(ProgrammeOfficer, "fund"), (ProvinceFinance, "fund"), (CityOfficer, "900100")], vec![]),
        (vec![(Administrator, "-"), (Public, "-")], vec![]),
        (vec![(Public, "-"), (Enterprise, "E1")], vec![]),
        (vec![(ProgrammeOfficer, "fund"), (ProgrammeOfficer, "fund")], vec![]),
        (vec![(Administrator, "-"), (ProvinceFinance, "fund")], vec!["separation"]),
        (vec![(Administrator, "-"), (Auditor, "fund")], vec!["separation"]),
        (vec![(Administrator, "-"), (Enterprise, "E1")], vec!["separation"]),
        (vec![(Auditor, "fund"), (CityOfficer, "900100")], vec!["separation"]),
        (vec![(Enterprise, "E1"), (ProgrammeOfficer, "fund")], vec!["separation"]),
        (vec![(Enterprise, "E1"), (Enterprise, "E2")], vec!["one enterprise"]),
        (vec![(ProgrammeOfficer, "900100")], vec!["the whole fund"]),
        (vec![(CityOfficer, "fund")], vec!["a region and below"]),
        (vec![(Administrator, "fund")], vec!["the system"]),
        (vec![(Public, "E1")], vec!["disclosed"]),
        (vec![(Enterprise, "")], vec!["no code"]),
        // All of it at once: finance over a city, an administrator who audits, and both with finance.
        (
            vec![(ProvinceFinance, "900100"), (Administrator, "-"), (Auditor, "fund")],
            vec!["the whole fund", "separation", "separation", "separation"],
        ),
    ] {
        let found = Person::new(PersonId("u1".into()), grants(&list)).err().unwrap_or_default();
        let found = said(&found);
        assert_eq!(found.len(), faults.len(), "{list:?} {found:?}");
        for part in faults {
            assert!(found.iter().any(|fault| fault.contains(part)), "{list:?} {part} {found:?}");
        }
    }
    assert!(Person::new(PersonId(" ".into()), Vec::new()).is_err());
    // An account must not be taken for whoever is not signed in.
    let public = Person::public();
    assert!(Person::new(public.id().clone(), public.grants().to_vec()).is_err());
    assert_eq!(public.deeds(), [Deed::ReadDisclosed]);
}

#[test]
fn roles_are_given_by_another_and_over_regions_that_exist() {
    let administrator = one_of(Role::Administrator);
    let may = administrator.may(deeds::ManageUsers, &Target::system()).expect("an administrator");
    let give =
        |id: &str, list: &[(Role, &str)]| Person::given(&may, PersonId(id.into()), grants(list), &tree());
    assert!(give("u2", &[(Role::CityOfficer, "900100")]).is_ok());
    let to_self = give("u1", &[(Role::Public, "-")]).expect_err("to themselves");
    assert!(said(&to_self)[0].contains("to themselves"), "{to_self:?}");
    // Everything at once: to themselves, and a combination that nobody may have.
    assert_eq!(
        give("u1", &[(Role::Administrator, "-"), (Role::ProgrammeOfficer, "fund")]).map_err(|f| f.len()),
        Err(2)
    );
    let unknown =
        give("u2", &[(Role::CityOfficer, "900999"), (Role::CityOfficer, "900000")]).expect_err("two faults");
    assert!(said(&unknown)[0].contains("topmost") && said(&unknown)[1].contains("900999"), "{unknown:?}");
    assert!(give("u2", &[(Role::Auditor, "900000")]).is_ok(), "an auditor may see everything");
    assert!(RegionPath::of(&tree(), "900999").is_none());
}

#[test]
fn the_list_keeps_the_duties_apart() {
    let of = |role: Role| -> BTreeSet<Deed> {
        Deed::ALL.iter().copied().filter(|d| d.roles().contains(&role)).collect()
    };
    let administrator = of(Role::Administrator);
    assert!(
        administrator.iter().all(|d| d.family() == Family::System || *d == Deed::ReadDisclosed),
        "{administrator:?}"
    );
    let public = of(Role::Public);
    assert_eq!(public.into_iter().collect::<Vec<_>>(), [Deed::ReadDisclosed]);
    for deed in Deed::ALL {
        let roles = deed.roles();
        assert!(!roles.is_empty(), "{deed:?} is nobody's");
        assert_eq!(roles.iter().collect::<BTreeSet<_>>().len(), roles.len(), "{deed:?} names a role twice");
        assert_eq!(
            deed.reaches() == Reaches::System,
            roles.contains(&Role::Administrator) && *deed != Deed::ReadDisclosed
        );
        if roles.contains(&Role::Auditor) {
            assert!(
                deed.family() == Family::Reading || matches!(deed, Deed::WriteFinding | Deed::DrawInspection),
                "an auditor does not act: {deed:?}"
            );
        }
        if deed.family() != Family::Reading {
            let own = [Deed::FileApplication, Deed::FileObjection];
            assert!(!roles.contains(&Role::Enterprise) || own.contains(deed), "{deed:?}");
        }
        // What is disclosed is everybody's, whatever else they do.
        assert!(roles.iter().all(|role| of(*role).contains(&Deed::ReadDisclosed)));
    }
}

#[test]
fn codes_are_unique_and_come_back() {
    fn check<T: Copy + PartialEq + std::fmt::Debug + serde::Serialize + for<'de> serde::Deserialize<'de>>(
        all: &[T],
        code: fn(T) -> &'static str,
    ) {
        let mut seen = BTreeSet::new();
        for &entry in all {
            let code = code(entry);
            assert!(seen.insert(code), "{code} twice");
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
            let written = serde_json::to_string(&entry).expect("a code");
            assert_eq!(written, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<T>(&written).ok(), Some(entry));
        }
        assert!(serde_json::from_str::<T>("\"king\"").expect_err("no such").to_string().contains("king"));
    }
    check(Role::ALL, Role::code);
    check(Deed::ALL, Deed::code);
    assert_eq!(Role::from_code("city-officer"), Some(Role::CityOfficer));
    assert_eq!(Deed::from_code("pay-check"), Some(Deed::PayCheck));
    assert_eq!(Role::from_code("City-officer"), None);
    let labels = Role::ALL.iter().map(|r| r.label()).chain(Deed::ALL.iter().map(|d| d.label()));
    for label in labels {
        assert!(!label.zh.is_ascii() && label.en.is_ascii() && !label.en.is_empty(), "{label:?}");
    }
}
