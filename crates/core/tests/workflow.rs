//! The ways of records: proofs over every machine, and what a step is refused for. All names are invented.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::civil::{Date, DateTime};
use jixiao_core::{
    calendar::Calendar,
    people::{
        Deed, Grant, Person, PersonId, RegionPath, Role, Scope, Target, matrix_markdown, roles_markdown,
    },
    region::{Region, RegionKind, RegionTree},
    workflow::{
        Action, Case, Facts, Guard, Machine, Obstacle, Refusal, Request, Standing, Step, Taken, Terms,
        Timing, due,
        machines::{self, APPLICATION, PAYMENT_ORDER, TARGET_TABLE},
        mermaid, page,
    },
};

struct Ground {
    calendar: Calendar,
    terms: Terms,
}

impl Ground {
    fn new() -> Self {
        let calendar = Calendar::national().unwrap_or_else(|faults| panic!("{faults:?}"));
        let terms = Terms::national().unwrap_or_else(|faults| panic!("{faults:?}"));
        Self { calendar, terms }
    }

    fn timing(&self) -> Timing<'_> {
        Timing { calendar: &self.calendar, terms: &self.terms }
    }
}

fn region() -> RegionPath {
    let region = |code: &str, name: &str, parent: Option<&str>| Region {
        code: code.into(),
        name: name.into(),
        english: String::new(),
        parent: parent.map(Into::into),
        kind: RegionKind::City,
        aliases: Vec::new(),
        in_scope: true,
        reason: String::new(),
    };
    let tree =
        RegionTree::new(vec![region("900000", "甲省", None), region("900100", "乙市", Some("900000"))]);
    RegionPath::of(&tree.expect("a sound tree"), "900100").expect("in the tree")
}

fn firm() -> Target {
    Target::enterprise("E1", region())
}

fn person(id: &str, roles: &[Role]) -> Person {
    let grant = |&role: &Role| {
        let scope = match role {
            Role::CityOfficer => Scope::Region("900100".into()),
            Role::Enterprise => Scope::Enterprise("E1".into()),
            Role::Public | Role::Administrator => Scope::Nothing,
            _ => Scope::Fund,
        };
        Grant::new(role, scope)
    };
    Person::new(PersonId(id.into()), roles.iter().map(grant).collect()).unwrap_or_else(|f| panic!("{f:?}"))
}

fn everything() -> Facts {
    Guard::ALL.iter().fold(Facts::new(), |facts, &guard| facts.holds(guard))
}

fn at(text: &str) -> DateTime {
    format!("{text}T10:00:00").parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn date(text: &str) -> Date {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// A step with a reason, every condition held, on the revision that the case has.
fn step(
    machine: &'static Machine,
    case: &Case,
    who: &Person,
    action: &str,
    day: &str,
) -> Result<Taken, Refusal> {
    let facts = everything();
    let request =
        Request { action, seen: case.revision(), reason: "因", on_behalf: None, facts: &facts, at: at(day) };
    machine.act(case, who, &request, Ground::new().timing())
}

/// A case after steps, each `who action day`.
fn walk(machine: &'static Machine, about: Target, steps: &[(&Person, &str, &str)]) -> Case {
    let mut case = Case::fresh("c1", machine, about);
    for (who, action, day) in steps {
        let taken = step(machine, &case, who, action, day).unwrap_or_else(|r| panic!("{action}: {r:?}"));
        case.take(taken).unwrap_or_else(|t| panic!("{t:?}"));
    }
    case
}

// Proofs over every machine.

#[test]
fn every_state_is_reached_and_leads_to_an_end() {
    for machine in machines::ALL {
        let mut reached: BTreeSet<&str> = machine.from(None).map(|a| a.to).collect();
        assert!(!reached.is_empty(), "{} cannot be opened", machine.id);
        let mut ends: BTreeSet<&str> = machine.states.iter().filter(|s| s.end).map(|s| s.id).collect();
        assert!(!ends.is_empty(), "{} never ends", machine.id);
        for _ in machine.states {
            for action in machine.actions {
                if action.from.iter().any(|from| reached.contains(from)) {
                    reached.insert(action.to);
                }
                if ends.contains(action.to) {
                    ends.extend(action.from);
                }
            }
        }
        for state in machine.states {
            assert!(reached.contains(state.id), "{}: {} is never reached", machine.id, state.id);
            assert!(ends.contains(state.id), "{}: nothing leads from {} to an end", machine.id, state.id);
            let leaves = machine.from(Some(state.id)).any(|a| a.to != state.id);
            assert_eq!(leaves, !state.end, "{}: {}", machine.id, state.id);
            assert!(!(state.end && state.due.is_some()), "{}: {} waits for nobody", machine.id, state.id);
        }
    }
}

#[test]
fn names_are_unique_known_and_in_both_languages() {
    let ids: BTreeSet<&str> = machines::ALL.iter().map(|m| m.id).collect();
    assert_eq!(ids.len(), machines::ALL.len());
    let mut terms = BTreeSet::new();
    for machine in machines::ALL {
        assert_eq!(machines::find(machine.id).map(|m| m.id), Some(machine.id));
        let states: BTreeSet<&str> = machine.states.iter().map(|s| s.id).collect();
        let actions: BTreeSet<&str> = machine.actions.iter().map(|a| a.id).collect();
        assert_eq!(
            (states.len(), actions.len()),
            (machine.states.len(), machine.actions.len()),
            "{}",
            machine.id
        );
        let labels = machine.states.iter().map(|s| s.label).chain(machine.actions.iter().map(|a| a.label));
        for label in labels.chain([machine.label]) {
            assert!(!label.zh.is_ascii() && !label.en.is_empty(), "{}: {label:?}", machine.id);
        }
        for id in states.iter().chain(&actions).chain([&machine.id]) {
            assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
        }
        for action in machine.actions {
            let name = format!("{} {}", machine.id, action.id);
            assert!(states.contains(action.to) && action.from.iter().all(|f| states.contains(f)), "{name}");
            assert!(action.not_by.iter().all(|a| actions.contains(a) && *a != action.id), "{name}");
            assert_eq!(action.guards.iter().collect::<BTreeSet<_>>().len(), action.guards.len(), "{name}");
            assert!(!action.deed.roles().is_empty(), "{name}");
            if let Some(wait) = action.wait {
                assert!(actions.contains(wait.since), "{name}");
                terms.insert(wait.term);
            }
        }
        for state in machine.states {
            let Some(due) = state.due else { continue };
            terms.insert(due.term);
            // Whoever is reminded can do something about it.
            let can = machine.from(Some(state.id)).any(|a| a.deed == due.whose && a.to != state.id);
            assert!(can, "{}: {} reminds people who can do nothing", machine.id, state.id);
        }
    }
    assert_eq!(machines::find("no-such"), None);
    // A term that no machine counts would be a figure without a meaning.
    assert_eq!(terms, Terms::NAMES.iter().copied().collect());
    assert_eq!(
        Guard::ALL
            .iter()
            .filter(|g| !machines::ALL.iter().any(|m| m.actions.iter().any(|a| a.guards.contains(g))))
            .count(),
        0
    );
}

#[test]
fn content_changes_by_steps_and_only_where_it_may() {
    for machine in machines::ALL {
        for state in machine.states {
            let stays: Vec<&str> =
                machine.from(Some(state.id)).filter(|a| a.to == state.id).map(|a| a.id).collect();
            match (state.locked, machine.id, state.id) {
                // A further objection is recorded; the application stands still.
                (true, "application", "objected") => assert_eq!(stays, ["object"]),
                (true, _, _) => assert_eq!(stays, Vec::<&str>::new(), "{} {}", machine.id, state.id),
                (false, _, _) => assert_eq!(stays.len(), 1, "{} {}: one way to edit", machine.id, state.id),
            }
            assert!(state.locked || !state.end, "{} {}: an end that can be edited", machine.id, state.id);
        }
    }
}

#[test]
fn what_takes_a_record_back_or_ends_it_early_says_why() {
    for machine in machines::ALL {
        let place = |id: &str| machine.states.iter().position(|s| s.id == id);
        for action in machine.actions {
            let back = action.from.iter().any(|from| place(action.to) < place(from));
            let refused =
                ["refused", "revoked", "void", "dropped", "retracted", "cancelled"].contains(&action.to);
            // An amendment goes round and comes back to the issued table, and an issued one is not a return.
            let forward = ["issue-amendment"].contains(&action.id);
            if (back || refused) && !forward {
                assert!(action.needs_reason, "{} {}", machine.id, action.id);
            }
        }
    }
}

/// Every way that some people can go by themselves: the states that they reach. Two cases are alike when they stand in the same state and the same people did
/// those things that a later action asks about; terms are over whenever they have begun.
fn reached_by(machine: &'static Machine, about: &Target, people: &[Person]) -> BTreeSet<&'static str> {
    let ground = Ground::new();
    let facts = everything();
    // Far later each time, so that terms are over.
    let days: Vec<DateTime> = (0..30)
        .map(|n| date("2024-01-02").checked_add(jiff::Span::new().days(30 * n)).expect("near").at(9, 0, 0, 0))
        .collect();
    let asked: BTreeSet<&str> = machine
        .actions
        .iter()
        .flat_map(|a| a.not_by.iter().copied().chain(a.wait.map(|wait| wait.since)))
        .collect();
    let mut seen: BTreeSet<(String, BTreeSet<(String, String)>)> = BTreeSet::new();
    let mut open = VecDeque::from([Case::fresh("c", machine, about.clone())]);
    let mut reached = BTreeSet::new();
    while let Some(case) = open.pop_front() {
        let counted = case.history().iter().filter(|s| asked.contains(s.action.as_str()));
        let done = counted.map(|s| (s.by.0.clone(), s.action.clone())).collect();
        if !seen.insert((case.state().unwrap_or_default().to_owned(), done)) {
            continue;
        }
        assert!(case.history().len() < days.len(), "a longer way than there are days; take more");
        if let Some(state) = case.state() {
            reached.insert(machine.state(state).expect("its own").id);
        }
        for who in people {
            for action in machine.from(case.state()) {
                let at = days[case.history().len()];
                let request = Request {
                    action: action.id,
                    seen: case.revision(),
                    reason: "因",
                    on_behalf: None,
                    facts: &facts,
                    at,
                };
                if let Ok(taken) = machine.act(&case, who, &request, ground.timing()) {
                    let mut next = case.clone();
                    next.take(taken).expect("the same case");
                    assert_eq!(
                        machine.verify(&next),
                        [],
                        "what was granted holds when it is looked at again"
                    );
                    open.push_back(next);
                }
            }
        }
    }
    reached
}

#[test]
fn nobody_checks_what_they_made() {
    use Role::{Auditor, CityOfficer, Enterprise, ProgrammeOfficer, ProvinceFinance};
    let all = [ProgrammeOfficer, ProvinceFinance, CityOfficer];
    // Alone with every office's role, somebody reaches none of these; with a second person of the same roles, all of them are reached.
    for (machine, guarded) in [
        ("target-table", vec!["reviewed", "issued"]),
        ("decomposition", vec!["issued", "closed"]),
        ("actual", vec!["accepted", "locked"]),
        ("monitoring", vec!["issued", "closed"]),
        ("evaluation", vec!["reviewed", "published"]),
        ("payment-order", vec!["checked", "sent", "paid"]),
        ("waiver", vec!["signed", "revoked"]),
        ("application", vec!["province-passed", "notice", "awarded", "paid"]),
    ] {
        let machine = machines::find(machine).expect("in the list");
        let (enterprise, one, two) = (person("e", &[Enterprise]), person("one", &all), person("two", &all));
        let (alone, both) = match machine.id {
            "application" => (vec![enterprise.clone(), one.clone()], vec![enterprise, one, two]),
            _ => (vec![one.clone()], vec![one, two]),
        };
        let (by_one, by_two) = (reached_by(machine, &firm(), &alone), reached_by(machine, &firm(), &both));
        for state in guarded {
            assert!(!by_one.contains(state), "{}: one person alone reaches {state}", machine.id);
            assert!(by_two.contains(state), "{}: two people do not reach {state}", machine.id);
        }
    }
    // A finding takes its author and those who answer; each alone does not close it.
    let finding = machines::find("finding").expect("in the list");
    let (auditor, officer) = (person("a", &[Auditor]), person("p", &[ProgrammeOfficer]));
    assert!(!reached_by(finding, &firm(), std::slice::from_ref(&auditor)).contains("closed"));
    assert_eq!(reached_by(finding, &firm(), std::slice::from_ref(&officer)), BTreeSet::new());
    assert!(reached_by(finding, &firm(), &[auditor, officer]).contains("closed"));
}

#[test]
fn an_administrator_and_the_public_take_no_step() {
    for role in [Role::Administrator, Role::Public] {
        for machine in machines::ALL {
            assert_eq!(
                reached_by(machine, &firm(), &[person("x", &[role])]),
                BTreeSet::new(),
                "{}",
                machine.id
            );
            assert!(machine.actions.iter().all(|a| !a.deed.roles().contains(&role)), "{}", machine.id);
        }
    }
}

// One application from draft to closed.

fn cast() -> BTreeMap<&'static str, Person> {
    use Role::{Auditor, CityOfficer, Enterprise, ProgrammeOfficer, ProvinceFinance};
    [
        ("firm", Enterprise),
        ("city", CityOfficer),
        ("province", ProgrammeOfficer),
        ("province2", ProgrammeOfficer),
        ("finance", ProvinceFinance),
        ("finance2", ProvinceFinance),
        ("auditor", Auditor),
    ]
    .into_iter()
    .map(|(id, role)| (id, person(id, &[role])))
    .collect()
}

#[test]
fn an_application_goes_its_way() {
    let c = cast();
    // Published on Friday 27 September 2024. Five working days: Sunday 29, 30 September; 8, 9, 10 October. From the 11th on it can be awarded.
    let to_notice = [
        (&c["firm"], "open", "2024-09-02"),
        (&c["firm"], "edit", "2024-09-03"),
        (&c["firm"], "submit", "2024-09-04"),
        (&c["city"], "city-return", "2024-09-05"),
        (&c["firm"], "submit", "2024-09-06"),
        (&c["city"], "city-pass", "2024-09-09"),
        (&c["province"], "province-pass", "2024-09-20"),
        (&c["province"], "publish", "2024-09-27"),
    ];
    let case = walk(&APPLICATION, firm(), &to_notice);
    assert_eq!((case.state(), case.revision()), (Some("notice"), 8));
    for (day, expected) in [
        ("2024-09-27", false),
        ("2024-09-30", false),
        ("2024-10-07", false),
        ("2024-10-10", false),
        ("2024-10-11", true),
    ] {
        let tried = step(&APPLICATION, &case, &c["province"], "award", day);
        let too_early = Obstacle::TooEarly {
            term: "notice".into(),
            since: date("2024-09-27"),
            last: date("2024-10-10"),
            illustrative: true,
        };
        assert_eq!(
            tried.map(|_| true),
            if expected { Ok(true) } else { Err(Refusal::Obstacles(vec![too_early])) },
            "{day}"
        );
    }
    // An objection stops it; the two who passed it do not decide; the term still runs from the publication.
    let mut objected = case.clone();
    objected
        .take(step(&APPLICATION, &case, &c["city"], "object", "2024-10-09").expect("allowed"))
        .expect("the same");
    let award = step(&APPLICATION, &objected, &c["province"], "award", "2024-10-11")
        .expect_err("an objection is open");
    assert_eq!(award.code(), "wrong-state");
    let messages = award.messages(&APPLICATION);
    assert!(messages[0].zh.contains("异议处理中") && messages[0].zh.contains("异议不成立"), "{messages:?}");
    let dismiss =
        step(&APPLICATION, &objected, &c["province"], "dismiss", "2024-10-11").expect_err("they passed it");
    assert_eq!(
        dismiss,
        Refusal::Obstacles(vec![Obstacle::SamePerson {
            action: "province-pass".into(),
            person: PersonId("province".into())
        }])
    );
    objected
        .take(step(&APPLICATION, &objected, &c["province2"], "dismiss", "2024-10-11").expect("allowed"))
        .expect("the same");
    for (who, action, day, state) in [
        ("province", "award", "2024-10-11", "awarded"),
        ("finance", "pay", "2024-11-01", "paid"),
        ("province", "close", "2024-11-04", "closed"),
    ] {
        objected.take(step(&APPLICATION, &objected, &c[who], action, day).expect(action)).expect("the same");
        assert_eq!(objected.state(), Some(state));
    }
    assert_eq!(APPLICATION.verify(&objected), []);
    assert_eq!(APPLICATION.from(objected.state()).count(), 0);

    // Upheld instead: reviewed again, published again, and the term runs anew (published on 14 October: 15, 16, 17, 18, 21).
    let mut again = walk(
        &APPLICATION,
        firm(),
        &[
            &to_notice[..],
            &[
                (&c["city"], "object", "2024-10-09"),
                (&c["province2"], "uphold", "2024-10-10"),
                (&c["province2"], "province-pass", "2024-10-11"),
                (&c["province2"], "publish", "2024-10-14"),
            ],
        ]
        .concat(),
    );
    let early = step(&APPLICATION, &again, &c["province2"], "award", "2024-10-21").expect_err("the last day");
    assert_eq!(
        early,
        Refusal::Obstacles(vec![Obstacle::TooEarly {
            term: "notice".into(),
            since: date("2024-10-14"),
            last: date("2024-10-21"),
            illustrative: true
        }])
    );
    again
        .take(step(&APPLICATION, &again, &c["province2"], "award", "2024-10-22").expect("over"))
        .expect("the same");
}

#[test]
fn steps_are_refused_in_a_fixed_order() {
    let c = cast();
    let case = walk(
        &APPLICATION,
        firm(),
        &[(&c["firm"], "open", "2024-09-02"), (&c["firm"], "submit", "2024-09-03")],
    );
    let ground = Ground::new();
    let none = Facts::new();
    let ask = |who: &str, action: &str, seen: u32, reason: &str| {
        let request = Request { action, seen, reason, on_behalf: None, facts: &none, at: at("2024-09-04") };
        APPLICATION.act(&case, &c[who], &request, ground.timing()).expect_err("refused")
    };
    let refused =
        |r: &Refusal| r.messages(&APPLICATION).iter().map(|m| m.en.clone()).collect::<Vec<_>>().join(" | ");
    for (who, action, seen, reason, code, says) in [
        // Whoever may not learns neither the state nor the revision, whatever else is wrong.
        ("auditor", "city-return", 99, "", "not-allowed", "not allowed to review applications at the city"),
        ("finance", "award", 0, "", "not-allowed", "not allowed to grant awards"),
        ("firm", "city-pass", 2, "x", "not-allowed", "you hold none of them"),
        ("auditor", "approve", 99, "", "unknown-action", "there is no action approve"),
        ("city", "city-return", 1, "", "stale", "revision 1 → 2): 2024-09-03 10:00 firm submit"),
        ("city", "city-return", 99, "", "stale", "revision 99 does not exist"),
        ("firm", "edit", 2, "", "wrong-state", "it stands at \"at the city\""),
        ("firm", "open", 2, "", "wrong-state", "withdraw"),
        ("city", "city-return", 2, " \n", "obstacles", "give a reason"),
    ] {
        let refusal = ask(who, action, seen, reason);
        assert_eq!(refusal.code(), code, "{who} {action}");
        assert!(refused(&refusal).contains(says), "{who} {action}: {}", refused(&refusal));
        assert!(refusal.messages(&APPLICATION).iter().all(|m| !m.zh.is_ascii()), "{refusal:?}");
    }
    assert_eq!(ask("auditor", "city-return", 0, ""), ask("auditor", "city-return", 99, "x"));
    let Refusal::Stale { since, .. } = ask("city", "city-pass", 0, "") else { panic!("stale") };
    assert_eq!(since.iter().map(|s| s.action.as_str()).collect::<Vec<_>>(), ["open", "submit"]);
    // A step before the last one's time is a wrong clock.
    let early = step(&APPLICATION, &case, &c["city"], "city-pass", "2024-09-02").expect_err("back in time");
    assert_eq!(early, Refusal::Obstacles(vec![Obstacle::BackInTime { last: at("2024-09-03") }]));
    // Another firm's application, and another machine's case.
    let other = person("other", &[Role::Enterprise]);
    let elsewhere = Case::fresh("c2", &APPLICATION, Target::enterprise("E2", region()));
    assert_eq!(
        step(&APPLICATION, &elsewhere, &other, "open", "2024-09-02").expect_err("E2's").code(),
        "not-allowed"
    );
    let foreign = Case::fresh("c1", &TARGET_TABLE, firm());
    assert_eq!(
        step(&APPLICATION, &foreign, &c["firm"], "open", "2024-09-02").expect_err("another way").code(),
        "foreign-case"
    );
}

#[test]
fn every_obstacle_is_told_at_once() {
    let one = person("one", &[Role::ProvinceFinance]);
    let order = walk(&PAYMENT_ORDER, firm(), &[(&one, "draw", "2024-11-01")]);
    let ground = Ground::new();
    let facts =
        Facts::new().lacks(Guard::ReserveHeld, jixiao_core::both!("还差0.01元", "0.01 yuan are missing"));
    let request = Request {
        action: "check",
        seen: 1,
        reason: "",
        on_behalf: None,
        facts: &facts,
        at: at("2024-11-04"),
    };
    let refusal = PAYMENT_ORDER.act(&order, &one, &request, ground.timing()).expect_err("two obstacles");
    let Refusal::Obstacles(list) = &refusal else { panic!("{refusal:?}") };
    assert_eq!(list.iter().map(Obstacle::code).collect::<Vec<_>>(), ["same-person", "reserve-held"]);
    let messages = refusal.messages(&PAYMENT_ORDER);
    assert!(messages[0].zh.contains("制单") && messages[1].zh.contains("还差0.01元"), "{messages:?}");

    // A condition that nobody answered does not hold.
    let two = person("two", &[Role::ProvinceFinance]);
    let nothing = Facts::new();
    let request = Request { facts: &nothing, ..request };
    let refusal = PAYMENT_ORDER.act(&order, &two, &request, ground.timing()).expect_err("not looked at");
    assert!(refusal.messages(&PAYMENT_ORDER)[0].en.contains("nobody has looked yet"), "{refusal:?}");
    // Rejecting needs a reason and another person, and no condition.
    let request = Request { action: "reject", ..request };
    let refusal = PAYMENT_ORDER.act(&order, &one, &request, ground.timing()).expect_err("two obstacles");
    let Refusal::Obstacles(list) = &refusal else { panic!("{refusal:?}") };
    assert_eq!(list.iter().map(Obstacle::code).collect::<Vec<_>>(), ["same-person", "reason-missing"]);
}

#[test]
fn acting_for_another_does_not_make_two_people_of_one() {
    let ground = Ground::new();
    let facts = everything();
    let (one, two, three) = (
        person("one", &[Role::ProvinceFinance]),
        person("two", &[Role::ProvinceFinance]),
        person("three", &[Role::ProvinceFinance]),
    );
    let ask = |case: &Case, who: &Person, action: &'static str, on_behalf| {
        let request = Request {
            action,
            seen: case.revision(),
            reason: "",
            on_behalf,
            facts: &facts,
            at: at("2024-11-04"),
        };
        PAYMENT_ORDER.act(case, who, &request, ground.timing())
    };
    let fresh = Case::fresh("p1", &PAYMENT_ORDER, firm());
    // Drawn by two in one's name: neither of them checks it, nor does anybody in their name.
    let mut drawn = fresh.clone();
    drawn.take(ask(&fresh, &two, "draw", Some("one")).expect("allowed")).expect("the same");
    for (who, on_behalf, allowed) in [
        (&one, None, false),
        (&two, None, false),
        (&three, Some("one"), false),
        (&three, Some("two"), false),
        (&three, Some(" two "), false),
        (&three, Some(" "), true),
        (&three, None, true),
    ] {
        assert_eq!(ask(&drawn, who, "check", on_behalf).is_ok(), allowed, "{:?} for {on_behalf:?}", who.id());
    }
    // Failed and drawn again by another: whoever drew it first still does not check it.
    let again = walk(
        &PAYMENT_ORDER,
        firm(),
        &[
            (&one, "draw", "2024-11-01"),
            (&two, "check", "2024-11-02"),
            (&three, "send", "2024-11-03"),
            (&three, "fail", "2024-11-04"),
            (&two, "redraw", "2024-11-04"),
        ],
    );
    for (who, allowed) in [(&one, false), (&two, false), (&three, true)] {
        assert_eq!(ask(&again, who, "check", None).is_ok(), allowed, "{:?}", who.id());
    }
}

#[test]
fn a_granted_step_is_for_one_case_and_one_revision() {
    let c = cast();
    let (mut one, mut other) =
        (Case::fresh("c1", &APPLICATION, firm()), Case::fresh("c2", &APPLICATION, firm()));
    let taken = step(&APPLICATION, &one, &c["firm"], "open", "2024-09-02").expect("allowed");
    assert_eq!(
        (taken.case(), taken.machine(), taken.before(), taken.may().deed()),
        ("c1", "application", 0, Deed::FileApplication)
    );
    let taken = *other.take(taken).expect_err("another case");
    one.take(taken).expect("its own");
    let (first, second) = (
        step(&APPLICATION, &one, &c["firm"], "edit", "2024-09-03"),
        step(&APPLICATION, &one, &c["firm"], "submit", "2024-09-03"),
    );
    one.take(first.expect("allowed")).expect("in time");
    assert!(one.take(second.expect("allowed")).is_err(), "granted for a revision that is gone");
    assert_eq!((one.revision(), one.since(1).len(), one.since(9).len()), (2, 1, 0));
}

#[test]
fn what_a_person_may_do_now() {
    let c = cast();
    let case = walk(&PAYMENT_ORDER, firm(), &[(&c["finance"], "draw", "2024-11-01")]);
    let ground = Ground::new();
    let shown = |who: &str| {
        let list = PAYMENT_ORDER.possible(&case, &c[who], date("2024-11-04"), ground.timing());
        list.iter()
            .map(|p| {
                format!(
                    "{}{}",
                    p.action.id,
                    p.obstacles.iter().map(|o| format!(" !{}", o.code())).collect::<String>()
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(shown("finance"), ["check !same-person", "reject !same-person", "void"]);
    assert_eq!(shown("finance2"), ["check", "reject", "void"]);
    assert_eq!(shown("province"), Vec::<String>::new());
    let fresh = Case::fresh("c1", &APPLICATION, firm());
    let open = APPLICATION.possible(&fresh, &c["firm"], date("2024-11-04"), ground.timing());
    assert_eq!(open.iter().map(|p| p.action.id).collect::<Vec<_>>(), ["open"]);
    assert_eq!(TARGET_TABLE.possible(&fresh, &c["province"], date("2024-11-04"), ground.timing()), []);
}

#[test]
fn kept_steps_that_cannot_have_been_are_found() {
    let c = cast();
    let sound = walk(
        &PAYMENT_ORDER,
        firm(),
        &[
            (&c["finance"], "draw", "2024-11-01"),
            (&c["finance2"], "check", "2024-11-02"),
            (&c["finance"], "send", "2024-11-03"),
        ],
    );
    type Change = fn(&mut Vec<Step>);
    let changes: [(Change, &[&str]); 8] = [
        (|_| {}, &[]),
        (|s| s[1].by = PersonId("finance".into()), &["p, step 2 (check): finance did draw before"]),
        (|s| s[1].on_behalf = Some("finance".into()), &["finance did draw before"]),
        (
            |s| {
                s.remove(1);
            },
            &["step 2 (send): it says it left checked; the case stood in drawn"],
        ),
        (|s| s[2].to = "paid".into(), &["it says it led to paid; it leads to sent"]),
        (|s| s[2].action = "launder".into(), &["step 3: there is no action launder"]),
        (|s| s[2].at = at("2024-10-31"), &["its time 2024-10-31T10:00:00 is before"]),
        (
            |s| {
                let mut last = s[2].clone();
                last.action = "fail".into();
                last.from = Some("sent".into());
                last.to = "failed".into();
                last.reason = String::new();
                s.push(last);
            },
            &["step 4 (fail): the reason is missing"],
        ),
    ];
    for (change, expected) in changes {
        let mut steps = sound.history().to_vec();
        change(&mut steps);
        let found = PAYMENT_ORDER.verify(&Case::kept("p", "payment-order", firm(), steps));
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (fault, part) in found.iter().zip(expected) {
            assert!(fault.en.contains(part), "{found:?}");
        }
    }
    assert_eq!(APPLICATION.verify(&sound).len(), 1, "another machine's case");
    let written = serde_json::to_string(sound.history()).expect("steps");
    assert_eq!(serde_json::from_str::<Vec<Step>>(&written).ok().as_deref(), Some(sound.history()));
}

// Terms and reminders.

#[test]
fn reminders_count_from_the_day_of_arrival() {
    let c = cast();
    let case = walk(
        &APPLICATION,
        firm(),
        &[(&c["firm"], "open", "2024-09-10"), (&c["firm"], "submit", "2024-09-20")],
    );
    let ground = Ground::new();
    // 15 working days after Friday 20 September 2024: 23, 24, 25, 26, 27, Sunday 29, 30 (7); 8, 9, 10, 11, Saturday 12 (12); 14, 15, 16 (15).
    for (today, standing) in [
        ("2024-09-20", Standing::Ahead(15)),
        ("2024-10-07", Standing::Ahead(8)),
        ("2024-10-15", Standing::Ahead(1)),
        ("2024-10-16", Standing::Today),
        ("2024-10-17", Standing::Late(Some(1))),
        ("2024-10-20", Standing::Late(Some(2))),
        ("2027-02-01", Standing::Late(None)),
    ] {
        let list = due([&case], date(today), ground.timing());
        let [reminder] = &list.reminders[..] else { panic!("{list:?}") };
        assert_eq!((reminder.by, &reminder.standing), (Some(date("2024-10-16")), &standing), "{today}");
        assert_eq!(list.overdue().count(), usize::from(matches!(standing, Standing::Late(_))));
        assert!(
            reminder.illustrative
                && reminder.whose == Deed::ReviewAtCity
                && reminder.since == date("2024-09-20")
        );
        for (who, theirs) in [("city", 1), ("firm", 0), ("province", 0), ("auditor", 0)] {
            assert_eq!(list.of(&c[who]).count(), theirs, "{who}");
        }
    }
    // Free days only have passed: Friday's term is late on Saturday, by no working day yet.
    let finding = machines::find("finding").expect("in the list");
    let open = walk(finding, firm(), &[(&c["auditor"], "write", "2024-11-01")]);
    // 15 working days after Friday 1 November end on Friday the 22nd.
    let list = due([&open], date("2024-11-23"), ground.timing());
    assert_eq!(list.reminders[0].standing, Standing::Late(Some(0)));
}

#[test]
fn reminders_are_sorted_and_say_what_cannot_be_told() {
    let c = cast();
    let case = |id: &str, day: &str| {
        let steps = walk(&APPLICATION, firm(), &[(&c["firm"], "open", day), (&c["firm"], "submit", day)]);
        Case::kept(id, "application", firm(), steps.history().to_vec())
    };
    let (late, early, beyond) = (case("b", "2026-03-04"), case("a", "2026-03-03"), case("c", "2026-12-28"));
    let draft = walk(&APPLICATION, firm(), &[(&c["firm"], "open", "2026-03-02")]);
    let mut steps = late.history().to_vec();
    steps[1].to = "lost".into();
    let broken = Case::kept("d", "application", firm(), steps.clone());
    let unknown = Case::kept("e", "no-such", firm(), steps);
    let ground = Ground::new();
    let cases = [&late, &unknown, &beyond, &draft, &early, &broken];
    let list = due(cases, date("2026-12-29"), ground.timing());
    assert_eq!(list.reminders.iter().map(|r| r.case.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(list.reminders[2].by, None, "15 working days from 28 December 2026 leave the calendar");
    assert!(matches!(list.reminders[2].standing, Standing::Unknown(_)));
    assert_eq!(list.broken.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["d", "e"]);
    let mut turned = cases;
    turned.reverse();
    assert_eq!(due(turned, date("2026-12-29"), ground.timing()), list);
    let without = Terms::default();
    let list = due([&late], date("2026-03-05"), Timing { terms: &without, ..ground.timing() });
    assert_eq!((list.reminders.len(), list.broken.len()), (0, 1), "a term without a length is said");
}

#[test]
fn a_wait_that_cannot_be_counted_is_not_over() {
    let c = cast();
    let to = |day: &'static str| {
        walk(
            &APPLICATION,
            firm(),
            &[
                (&c["firm"], "open", "2026-12-01"),
                (&c["firm"], "submit", "2026-12-01"),
                (&c["city"], "city-pass", "2026-12-01"),
                (&c["province"], "province-pass", "2026-12-01"),
                (&c["province"], "publish", day),
            ],
        )
    };
    let refused = |case: &Case, timing| {
        let facts = everything();
        let request = Request {
            action: "award",
            seen: 5,
            reason: "",
            on_behalf: None,
            facts: &facts,
            at: at("2027-03-01"),
        };
        match APPLICATION.act(case, &c["province"], &request, timing) {
            Ok(_) => Vec::new(),
            Err(Refusal::Obstacles(list)) => list.iter().map(Obstacle::code).collect(),
            Err(other) => panic!("{other:?}"),
        }
    };
    let ground = Ground::new();
    // Published on 24 December: 25, 28, 29, 30, 31 are five, all of them held. On the 25th the fifth is in 2027, which is not.
    assert_eq!(refused(&to("2026-12-24"), ground.timing()), Vec::<&str>::new());
    assert_eq!(refused(&to("2026-12-25"), ground.timing()), ["no-working-days"]);
    let without = Terms::default();
    assert_eq!(refused(&to("2026-12-24"), Timing { terms: &without, ..ground.timing() }), ["no-term"]);
}

#[test]
fn terms_are_the_fund_s_over_the_default() {
    let parameter = |id: &str, value: &str, unit: &str| {
        format!(
            "[[parameter]]\nid = \"{id}\"\nlabel = {{ zh = \"甲\", en = \"a\" }}\nvalue = \"{value}\"\nunit = \"{unit}\"\nsource = \"虚构\"\ncertainty = \"M\"\n"
        )
    };
    let own = Terms::parse("workflow.toml", &parameter("notice", "7", "工作日")).expect("sound");
    assert_eq!(own.illustrative().len(), Terms::NAMES.len() - 1, "all but the one that the fund gave");
    assert_eq!((own.days("notice"), own.days("city-review"), own.days("no-such")), (Some(7), Some(15), None));
    assert!(
        !own.get("notice").expect("given").illustrative
            && own.get("city-review").expect("default").illustrative
    );
    for (text, part) in [
        (parameter("notice", "0", "工作日"), "outside 1 to 500"),
        (parameter("notice", "501", "工作日"), "outside 1 to 500"),
        (parameter("notice", "2.5", "工作日"), "whole number"),
        (parameter("notice", "5", "天"), "wants 工作日"),
        (parameter("patience", "5", "工作日"), "patience is no parameter"),
        (parameter("notice", "5", "工作日").repeat(2), "given twice"),
    ] {
        let faults = Terms::parse("workflow.toml", &text).expect_err(&text);
        assert!(faults.iter().any(|f| f.message.contains(part)), "{faults:?}");
    }
}

// What is written about it.

#[test]
fn a_picture_has_every_state_and_every_arrow() {
    for machine in machines::ALL {
        let picture = mermaid(machine);
        let count = |action: &Action| action.from.len().max(1);
        let arrows = machine.actions.iter().map(count).sum::<usize>()
            + machine.states.iter().filter(|s| s.end).count();
        assert_eq!(picture.matches(" --> ").count(), arrows, "{}", machine.id);
        assert_eq!(picture.matches("    state \"").count(), machine.states.len(), "{}", machine.id);
    }
}

/// `UPDATE=1 cargo test -p jixiao-core --test workflow` writes the generated parts of the page.
#[test]
fn the_page_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/workflow.md");
    let kept = std::fs::read_to_string(path).expect("the page is there");
    let mut fresh = kept.clone();
    let terms = Ground::new().terms;
    for (name, text) in
        [("roles", roles_markdown()), ("matrix", matrix_markdown()), ("machines", page(&terms))]
    {
        let (from, to) = (format!("<!-- generated: {name} -->\n"), format!("<!-- end: {name} -->"));
        let start = fresh.find(&from).unwrap_or_else(|| panic!("no {from}")) + from.len();
        let end = start + fresh[start..].find(&to).unwrap_or_else(|| panic!("no {to}"));
        fresh.replace_range(start..end, &format!("\n{text}\n"));
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &fresh).expect("the page can be written");
    } else {
        assert!(kept == fresh, "docs/workflow.md is stale: write it with UPDATE=1");
    }
}
