//! A batch of entries against what is known.

use std::collections::{BTreeMap, HashMap};

use super::{
    account::{Account, AccountId, Balance},
    entry::{Entry, Kept, Step},
    kind::EntryKind,
    outcome::Outcome,
};

/// What a batch is judged by: every account that it names, and every kept entry whose key it names, if there is one.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The accounts by number.
    pub accounts: BTreeMap<AccountId, Account>,
    /// The entries by key.
    pub entries: HashMap<String, Kept>,
}

/// Whether a batch stands or falls together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Every entry is made or refused on its own.
    Each,
    /// All are made, or none.
    Together,
}

/// What becomes of every entry of a batch, in its order. `known` afterwards holds the new balances and the new entries.
///
/// Nothing is asked of the outside: whoever keeps the entries must hold what is known still until they are kept.
pub fn settle(known: &mut Known, batch: &[Entry], whole: Whole) -> Vec<Outcome> {
    match whole {
        Whole::Each => batch.iter().map(|entry| one(known, entry)).collect(),
        Whole::Together => together(known, batch),
    }
}

fn together(known: &mut Known, batch: &[Entry]) -> Vec<Outcome> {
    let before: Vec<(AccountId, Balance)> =
        known.accounts.iter().map(|(id, account)| (*id, account.balance)).collect();
    let mut outcomes: Vec<Outcome> = batch.iter().map(|entry| one(known, entry)).collect();
    if outcomes.iter().any(|outcome| !outcome.is_kept()) {
        for (account, (_, balance)) in known.accounts.values_mut().zip(before) {
            account.balance = balance;
        }
        for (entry, outcome) in batch.iter().zip(&mut outcomes) {
            if *outcome == Outcome::Created {
                forget(known, entry);
                *outcome = Outcome::WholeRefused;
            }
        }
    }
    outcomes
}

/// Takes back what [`keep`] noted of an entry beside the balances: an entry is only made where nothing stood before.
fn forget(known: &mut Known, entry: &Entry) {
    if let Some(kept) = entry.step.reservation().and_then(|key| known.entries.get_mut(key)) {
        kept.ended_by = None;
    }
    if let Some(kept) = entry.corrects.as_ref().and_then(|key| known.entries.get_mut(key)) {
        kept.corrected_by = None;
    }
    known.entries.remove(&entry.key);
}

fn one(known: &mut Known, entry: &Entry) -> Outcome {
    match judge(known, entry) {
        Err(outcome) => outcome,
        Ok((from, to)) => {
            keep(known, entry, from, to);
            Outcome::Created
        }
    }
}

/// The balances of both accounts after the entry, or what stands against it; the order of the questions is the order of [`Outcome`].
fn judge(known: &Known, entry: &Entry) -> Result<(Balance, Balance), Outcome> {
    if entry.key.trim().is_empty() || entry.key.len() > Outcome::LONGEST_KEY {
        return Err(Outcome::KeyMalformed);
    }
    if let Some(kept) = known.entries.get(&entry.key) {
        return Err(
            difference(&kept.entry, entry).map_or(Outcome::Exists, |field| Outcome::KeyTaken { field })
        );
    }
    written_whole(entry)?;
    let (from, to) = accounts(known, entry)?;
    if from.closed {
        return Err(Outcome::FromClosed);
    }
    if to.closed {
        return Err(Outcome::ToClosed);
    }
    reservation(known, entry)?;
    correction(known, entry)?;
    let (left, reached) = moved(entry, from.balance, to.balance).ok_or(Outcome::TooLarge)?;
    // Posting and voiding touch nothing that is free: what they take was set aside before.
    let takes = matches!(entry.step, Step::Move | Step::Reserve);
    if takes && !from.name.kind.may_be_negative() && left.free().0 < 0 {
        return Err(Outcome::NotEnough { free: from.balance.free().0, asked: entry.fen });
    }
    Ok((left, reached))
}

/// The first field in which two entries of the same key differ.
fn difference(kept: &Entry, asked: &Entry) -> Option<&'static str> {
    [
        ("kind", kept.kind == asked.kind),
        ("step", kept.step == asked.step),
        ("from", kept.from == asked.from),
        ("to", kept.to == asked.to),
        ("fen", kept.fen == asked.fen),
        ("cause", kept.cause == asked.cause),
        ("corrects", kept.corrects == asked.corrects),
        ("reason", kept.reason == asked.reason),
    ]
    .into_iter()
    .find_map(|(field, same)| (!same).then_some(field))
}

fn written_whole(entry: &Entry) -> Result<(), Outcome> {
    if entry.fen <= 0 {
        return Err(Outcome::AmountNotPositive);
    }
    if entry.cause.kind.trim().is_empty() || entry.cause.reference.trim().is_empty() {
        return Err(Outcome::CauseMissing);
    }
    let voided = matches!(entry.step, Step::Void(_));
    if (entry.kind.needs_reason() || voided) && entry.reason.trim().is_empty() {
        return Err(Outcome::ReasonMissing);
    }
    Ok(())
}

fn accounts<'k>(known: &'k Known, entry: &Entry) -> Result<(&'k Account, &'k Account), Outcome> {
    let from = known.accounts.get(&entry.from).ok_or(Outcome::FromUnknown)?;
    let to = known.accounts.get(&entry.to).ok_or(Outcome::ToUnknown)?;
    let correction = entry.kind == EntryKind::Correct;
    let way = correction || entry.kind.fits(&from.name, &to.name);
    let step = matches!(entry.step, Step::Move) || entry.kind.may_be_reserved();
    // The same account twice fits no kind; a correction is compared with what it takes back.
    if !way || !step || entry.from == entry.to {
        return Err(Outcome::KindDoesNotFit);
    }
    if correction != entry.corrects.is_some() {
        return Err(Outcome::CorrectionMisused);
    }
    Ok((from, to))
}

fn reservation(known: &Known, entry: &Entry) -> Result<(), Outcome> {
    let Some(key) = entry.step.reservation() else { return Ok(()) };
    let kept = known.entries.get(key).filter(|kept| kept.entry.step == Step::Reserve);
    let kept = kept.ok_or(Outcome::ReservationUnknown)?;
    if kept.ended_by.is_some() {
        return Err(Outcome::ReservationOver);
    }
    let made = &kept.entry;
    let same =
        made.kind == entry.kind && made.from == entry.from && made.to == entry.to && made.fen == entry.fen;
    if same { Ok(()) } else { Err(Outcome::ReservationDiffers) }
}

fn correction(known: &Known, entry: &Entry) -> Result<(), Outcome> {
    let Some(key) = &entry.corrects else { return Ok(()) };
    let kept = known.entries.get(key).ok_or(Outcome::CorrectedUnknown)?;
    if kept.corrected_by.is_some() {
        return Err(Outcome::CorrectedBefore);
    }
    let made = &kept.entry;
    let moved_for_good = matches!(made.step, Step::Move | Step::Post(_));
    let turned = made.from == entry.to && made.to == entry.from && made.fen == entry.fen;
    if moved_for_good && turned { Ok(()) } else { Err(Outcome::CorrectionDiffers) }
}

/// The balances after an entry; `None` when one would pass the largest amount.
fn moved(entry: &Entry, mut from: Balance, mut to: Balance) -> Option<(Balance, Balance)> {
    let fen = entry.fen;
    if matches!(entry.step, Step::Post(_) | Step::Void(_)) {
        from.reserved_out = from.reserved_out.checked_sub(fen)?;
        to.reserved_in = to.reserved_in.checked_sub(fen)?;
    }
    match entry.step {
        Step::Move | Step::Post(_) => {
            from.went_out = from.went_out.checked_add(fen)?;
            to.came_in = to.came_in.checked_add(fen)?;
        }
        Step::Reserve => {
            from.reserved_out = from.reserved_out.checked_add(fen)?;
            to.reserved_in = to.reserved_in.checked_add(fen)?;
        }
        Step::Void(_) => {}
    }
    // What is held and what is free must be numbers too, so that nobody who adds them up later meets an overflow.
    let whole = |balance: &Balance| {
        let held = balance.came_in.checked_sub(balance.went_out)?;
        held.checked_sub(balance.reserved_out).and(held.checked_add(balance.reserved_in))
    };
    whole(&from)?;
    whole(&to)?;
    Some((from, to))
}

fn keep(known: &mut Known, entry: &Entry, from: Balance, to: Balance) {
    for (id, balance) in [(entry.from, from), (entry.to, to)] {
        if let Some(account) = known.accounts.get_mut(&id) {
            account.balance = balance;
        }
    }
    if let Some(kept) = entry.step.reservation().and_then(|key| known.entries.get_mut(key)) {
        kept.ended_by = Some(entry.key.clone());
    }
    if let Some(kept) = entry.corrects.as_ref().and_then(|key| known.entries.get_mut(key)) {
        kept.corrected_by = Some(entry.key.clone());
    }
    let kept = Kept { entry: entry.clone(), ended_by: None, corrected_by: None };
    known.entries.insert(entry.key.clone(), kept);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{
        account::{AccountKind, AccountName},
        entry::Cause,
        verify::{Doubt, verify},
        *,
    };

    const FUND: &str = "f";

    /// Source 0, appropriated 1, two places 2 and 3, an award in each 4 and 5, paid in each 6 and 7, next year's first place 8.
    fn chart() -> Known {
        let name = |id: i64| match id {
            0 => AccountName::source(FUND, 2024),
            1 => AccountName::appropriated(FUND, 2024),
            2 => AccountName::allocated(FUND, 2024, "s", "A"),
            3 => AccountName::allocated(FUND, 2024, "s", "B"),
            4 => AccountName::committed(FUND, 2024, "s", "A", "e1"),
            5 => AccountName::committed(FUND, 2024, "s", "B", "e2"),
            6 => AccountName::paid(FUND, 2024, "s", "A"),
            7 => AccountName::paid(FUND, 2024, "s", "B"),
            _ => AccountName::allocated(FUND, 2025, "s", "A"),
        };
        let accounts = (0..9).map(|id| (AccountId(id), Account::new(name(id)))).collect();
        Known { accounts, ..Known::default() }
    }

    fn entry(key: &str, kind: EntryKind, from: i64, to: i64, fen: i64) -> Entry {
        Entry {
            key: key.to_owned(),
            kind,
            step: Step::Move,
            from: AccountId(from),
            to: AccountId(to),
            fen,
            cause: Cause { kind: "document".to_owned(), reference: "№1".to_owned() },
            corrects: None,
            reason: if kind.needs_reason() { "written".to_owned() } else { String::new() },
        }
    }

    fn step(step: Step, entry: Entry) -> Entry {
        let reason = "written".to_owned();
        Entry { step, reason, ..entry }
    }

    fn free(known: &Known) -> Vec<i64> {
        known.accounts.values().map(|account| account.balance.free().0).collect()
    }

    /// 1000 appropriated, 600 to A and 300 to B, 500 awarded in A.
    fn begun() -> Known {
        let mut known = chart();
        let outcomes = settle(
            &mut known,
            &[
                entry("a", EntryKind::Appropriate, 0, 1, 1000),
                entry("b", EntryKind::Allocate, 1, 2, 600),
                entry("c", EntryKind::Allocate, 1, 3, 300),
                entry("d", EntryKind::Commit, 2, 4, 500),
            ],
            Whole::Together,
        );
        assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Created), "{outcomes:?}");
        // 1000 − 900 = 100; 600 − 500 = 100; 300; the award's 500.
        assert_eq!(free(&known), [-1000, 100, 100, 300, 500, 0, 0, 0, 0]);
        known
    }

    #[test]
    fn every_code_comes_of_its_own_cause() {
        use EntryKind::*;
        let pay = |key: &str, fen| entry(key, Pay, 4, 6, fen);
        let reserve = |key: &str, fen| step(Step::Reserve, pay(key, fen));
        let correct = |key: &str, of: &str, from, to, fen| Entry {
            corrects: Some(of.to_owned()),
            ..entry(key, Correct, from, to, fen)
        };
        let cases: Vec<(&str, Vec<Entry>, &str)> = vec![
            ("within", vec![pay("p", 500)], "created"),
            ("one fen too many", vec![pay("p", 501)], "not-enough"),
            ("twice the same", vec![pay("p", 200), pay("p", 200)], "exists"),
            ("the key again, another amount", vec![pay("p", 200), pay("p", 201)], "key-taken"),
            ("no key", vec![pay(" ", 1)], "key-malformed"),
            ("a key too long", vec![pay(&"k".repeat(129), 1)], "key-malformed"),
            ("zero", vec![pay("p", 0)], "amount-not-positive"),
            ("below zero", vec![pay("p", -1)], "amount-not-positive"),
            (
                "no cause",
                vec![Entry {
                    cause: Cause { kind: "award".into(), reference: String::new() },
                    ..pay("p", 1)
                }],
                "cause-missing",
            ),
            (
                "no reason",
                vec![Entry { reason: " ".into(), ..entry("p", Release, 4, 2, 1) }],
                "reason-missing",
            ),
            ("from nowhere", vec![entry("p", Pay, 99, 6, 1)], "from-unknown"),
            ("to nowhere", vec![entry("p", Pay, 4, 99, 1)], "to-unknown"),
            ("another region's award", vec![entry("p", Commit, 2, 5, 1)], "kind-does-not-fit"),
            ("past the award", vec![entry("p", Pay, 2, 6, 1)], "kind-does-not-fit"),
            ("an adjustment to itself", vec![entry("p", Adjust, 2, 2, 1)], "kind-does-not-fit"),
            ("an adjustment into next year", vec![entry("p", Adjust, 2, 8, 1)], "kind-does-not-fit"),
            ("a carry-over into next year", vec![entry("p", CarryOver, 2, 8, 100)], "created"),
            (
                "a reserved commitment",
                vec![step(Step::Reserve, entry("p", Commit, 2, 4, 1))],
                "kind-does-not-fit",
            ),
            ("a correction of nothing", vec![entry("p", Correct, 4, 2, 1)], "correction-misused"),
            (
                "a payment that corrects",
                vec![Entry { corrects: Some("d".into()), ..pay("p", 1) }],
                "correction-misused",
            ),
            ("reserved beside what is left", vec![reserve("r", 400), pay("p", 101)], "not-enough"),
            (
                "reserved, then posted",
                vec![reserve("r", 400), step(Step::Post("r".into()), pay("p", 400))],
                "created",
            ),
            (
                "posted twice",
                vec![
                    reserve("r", 400),
                    step(Step::Post("r".into()), pay("p", 400)),
                    step(Step::Post("r".into()), pay("q", 400)),
                ],
                "reservation-over",
            ),
            (
                "voided, then all of it paid",
                vec![reserve("r", 400), step(Step::Void("r".into()), pay("v", 400)), pay("p", 500)],
                "created",
            ),
            (
                "voided without a word",
                vec![
                    reserve("r", 400),
                    Entry { reason: String::new(), ..step(Step::Void("r".into()), pay("v", 400)) },
                ],
                "reason-missing",
            ),
            (
                "posted less",
                vec![reserve("r", 400), step(Step::Post("r".into()), pay("p", 399))],
                "reservation-differs",
            ),
            ("posted unknown", vec![step(Step::Post("x".into()), pay("p", 1))], "reservation-unknown"),
            (
                "posted what was no reservation",
                vec![pay("r", 1), step(Step::Post("r".into()), pay("p", 1))],
                "reservation-unknown",
            ),
            ("corrected", vec![pay("p", 500), correct("x", "p", 6, 4, 500)], "created"),
            (
                "corrected, then paid again",
                vec![pay("p", 500), correct("x", "p", 6, 4, 500), pay("q", 500)],
                "created",
            ),
            (
                "corrected twice",
                vec![pay("p", 500), correct("x", "p", 6, 4, 500), correct("y", "p", 6, 4, 500)],
                "corrected-before",
            ),
            ("corrected in part", vec![pay("p", 500), correct("x", "p", 6, 4, 499)], "correction-differs"),
            ("corrected elsewhere", vec![pay("p", 500), correct("x", "p", 7, 5, 500)], "correction-differs"),
            (
                "a reservation corrected",
                vec![reserve("p", 500), correct("x", "p", 6, 4, 500)],
                "correction-differs",
            ),
            ("corrected unknown", vec![correct("x", "nobody", 6, 4, 500)], "corrected-unknown"),
            (
                "a correction that would overdraw",
                vec![pay("p", 500), correct("x", "d", 4, 2, 500)],
                "not-enough",
            ),
            ("too large", vec![entry("p", Appropriate, 0, 1, i64::MAX)], "too-large"),
        ];
        for (name, batch, code) in cases {
            let outcomes = settle(&mut begun(), &batch, Whole::Each);
            let (last, earlier) = outcomes.split_last().expect("a batch has an entry");
            assert_eq!(last.code(), code, "{name}");
            assert!(earlier.iter().all(|outcome| *outcome == Outcome::Created), "{name}: {earlier:?}");
        }
    }

    #[test]
    fn a_closed_account_takes_nothing_but_what_it_took_before() {
        for (closed, code) in [(4, "from-closed"), (6, "to-closed")] {
            let mut known = begun();
            settle(&mut known, &[entry("p", EntryKind::Pay, 4, 6, 1)], Whole::Each);
            known.accounts.get_mut(&AccountId(closed)).expect("it is in the chart").closed = true;
            let again = [entry("p", EntryKind::Pay, 4, 6, 1), entry("q", EntryKind::Pay, 4, 6, 1)];
            let codes: Vec<_> = settle(&mut known, &again, Whole::Each).iter().map(Outcome::code).collect();
            assert_eq!(codes, ["exists", code]);
        }
    }

    #[test]
    fn of_several_faults_the_first_in_order_is_told() {
        // Everything about it is wrong; each mending uncovers the next.
        let mut wrong = Entry {
            cause: Cause { kind: String::new(), reference: String::new() },
            reason: String::new(),
            ..entry("", EntryKind::Release, 99, 99, 0)
        };
        let mut told = Vec::new();
        let mends: [fn(&mut Entry); 8] = [
            |e| e.key = "p".into(),
            |e| e.fen = 501,
            |e| e.cause = Cause { kind: "award".into(), reference: "1".into() },
            |e| e.reason = "written".into(),
            |e| e.from = AccountId(4),
            |e| e.to = AccountId(3),
            |e| e.to = AccountId(2),
            |e| e.fen = 500,
        ];
        for mend in mends {
            told.extend(settle(&mut begun(), &[wrong.clone()], Whole::Each).iter().map(Outcome::code));
            mend(&mut wrong);
        }
        told.extend(settle(&mut begun(), &[wrong], Whole::Each).iter().map(Outcome::code));
        assert_eq!(
            told,
            [
                "key-malformed",
                "amount-not-positive",
                "cause-missing",
                "reason-missing",
                "from-unknown",
                "to-unknown",
                "kind-does-not-fit",
                "not-enough",
                "created"
            ]
        );
    }

    #[test]
    fn a_whole_stands_or_falls_together() {
        let mut known = begun();
        let before = free(&known);
        let batch = [
            entry("p", EntryKind::Pay, 4, 6, 300),
            entry("q", EntryKind::Pay, 4, 6, 300),
            entry("r", EntryKind::Commit, 3, 5, 300),
        ];
        let codes: Vec<_> = settle(&mut known, &batch, Whole::Together).iter().map(Outcome::code).collect();
        assert_eq!(codes, ["whole-refused", "not-enough", "whole-refused"]);
        assert_eq!(free(&known), before);
        assert!(!known.entries.contains_key("p"));
    }

    #[test]
    fn what_is_refused_together_leaves_no_trace_of_its_parts() {
        let mut known = begun();
        let pay = |key: &str, fen| entry(key, EntryKind::Pay, 4, 6, fen);
        let reserved = step(Step::Reserve, pay("r", 100));
        let outcomes = settle(&mut known, &[reserved, pay("p", 200)], Whole::Together);
        assert_eq!(outcomes, [Outcome::Created, Outcome::Created]);
        let before = known.clone();
        let batch = [
            step(Step::Post("r".to_owned()), pay("q", 100)),
            Entry { corrects: Some("p".to_owned()), ..entry("x", EntryKind::Correct, 6, 4, 200) },
            step(Step::Reserve, pay("s", 50)),
            step(Step::Post("s".to_owned()), pay("t", 50)),
            // 500 − 100 − 200 + 200 − 50 leaves 350.
            pay("u", 351),
        ];
        let codes: Vec<_> = settle(&mut known, &batch, Whole::Together).iter().map(Outcome::code).collect();
        assert_eq!(codes, ["whole-refused", "whole-refused", "whole-refused", "whole-refused", "not-enough"]);
        assert_eq!((&known.accounts, &known.entries), (&before.accounts, &before.entries));
        // Without the last all of it can still be done.
        let outcomes = settle(&mut known, &batch[..4], Whole::Together);
        assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Created), "{outcomes:?}");
    }

    fn any_entry() -> impl Strategy<Value = (usize, i64, i64, i64, usize, usize, usize)> {
        (0..12usize, 0..10i64, 0..10i64, -1..400i64, 0..40usize, 0..4usize, 0..40usize)
    }

    proptest! {
        #[test]
        fn whatever_is_asked_the_books_balance(asked in prop::collection::vec(any_entry(), 1..120)) {
            let mut known = begun();
            let mut kept: Vec<Entry> = known.entries.values().map(|kept| kept.entry.clone()).collect();
            let mut total = 1000;
            for (kind, from, to, fen, key, which, other) in asked {
                let kind = EntryKind::ALL[kind];
                let other = format!("k{other}");
                let made = Entry {
                    step: match which {
                        0 => Step::Reserve,
                        1 => Step::Post(other.clone()),
                        2 => Step::Void(other.clone()),
                        _ => Step::Move,
                    },
                    corrects: (kind == EntryKind::Correct).then_some(other),
                    reason: "written".to_owned(),
                    ..entry(&format!("k{key}"), kind, from, to, fen)
                };
                if settle(&mut known, std::slice::from_ref(&made), Whole::Each) == [Outcome::Created] {
                    if made.from == AccountId(0) { total += made.fen; }
                    if made.to == AccountId(0) { total -= made.fen; }
                    kept.push(made);
                }
                for account in known.accounts.values() {
                    let free = account.balance.free().0;
                    prop_assert!(free >= 0 || account.name.kind == AccountKind::Source, "{} {free}", account.name);
                }
            }
            // What left the source is on the other accounts, to the fen.
            let held: i64 = known.accounts.values().filter(|a| a.name.kind != AccountKind::Source).map(|a| a.balance.held().0).sum();
            prop_assert_eq!(held, total);
            prop_assert_eq!(verify(&known.accounts, &kept), Vec::<Doubt>::new());
        }
    }
}
