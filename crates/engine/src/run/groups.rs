//! From rows to enterprises: who claimed what, and the aggregates over what is eligible.

use std::{collections::BTreeMap, convert::Infallible};

use crate::{
    batch::{RowId, Texts},
    run::{
        kept::{Kept, Numbers},
        reasons::ELIGIBLE,
        register::{NONE, Register},
        rows::{Part, Rows},
        settle::Groups,
        vector::{Data, Vector},
    },
    scheme::plan::{Aggregate, Function},
    shares::{in_shares, share},
};

/// An applicant of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enterprise {
    /// Its credit code, as the ledger has it.
    pub code: String,
    /// Its name; empty when the register does not know it.
    pub name: String,
    /// Division code of its region.
    pub region: Option<String>,
    /// Its row in the register.
    pub register: Option<RowId>,
}

/// A sum that does not fit: of which enterprise.
#[derive(Debug)]
pub(crate) struct TooLarge(pub(crate) u32);

/// Every applicant of some classes in the order of credit codes, each with its row of the register; and in every row the applicant's
/// number in that order instead of the register's.
pub(crate) fn number_enterprises(
    classes: &mut [Rows],
    register: &Register,
    threads: usize,
) -> (Vec<Enterprise>, Vec<u32>) {
    let known = register.table.rows.len();
    let mut seen = vec![false; known];
    let mut strangers: BTreeMap<String, u32> = BTreeMap::new();
    for rows in classes.iter() {
        occurring(rows, &mut seen, threads);
        strangers.extend(rows.unknown.iter().map(|code| (code.clone(), NONE)));
    }
    let code_of = |row: u32| register.text(register.applicant.key, row);
    let mut all: Vec<(u128, &str, u32)> = (0u32..)
        .zip(&seen)
        .filter(|(_, seen)| **seen)
        .map(|(row, _)| (code_of(row), row))
        .chain(strangers.keys().map(|code| (code.as_str(), NONE)))
        .map(|(code, row)| (head(code), code, row))
        .collect();
    all.sort_unstable();
    let mut number_of_row = vec![NONE; known];
    let mut number_of_stranger: BTreeMap<&str, u32> = BTreeMap::new();
    for (number, (_, code, row)) in (0u32..).zip(&all) {
        match number_of_row.get_mut(*row as usize) {
            Some(slot) => *slot = number,
            None => drop(number_of_stranger.insert(code, number)),
        }
    }
    for rows in classes.iter_mut() {
        let strange: Vec<u32> = rows.unknown.iter().map(|code| number_of_stranger[code.as_str()]).collect();
        let number = |row: u32| {
            let row = row as usize;
            if row < known { number_of_row[row] } else { strange[row - known] }
        };
        let each = share(rows.parts().len(), threads_for(rows, known, threads));
        in_shares(rows.parts_mut().chunks_mut(each), |parts| {
            parts.iter_mut().for_each(|part| part.applicant.renumber(number));
        });
    }
    let rows = all.iter().map(|(.., row)| *row).collect();
    let enterprise = |(_, code, row): &(u128, &str, u32)| Enterprise {
        code: (*code).to_owned(),
        name: if *row == NONE {
            String::new()
        } else {
            register.text(register.applicant.name, *row).to_owned()
        },
        region: register.region(*row).map(str::to_owned),
        register: register.place(*row),
    };
    (all.iter().map(enterprise).collect(), rows)
}

/// The first letters of a code as a number of the same order: what is compared nearly always.
fn head(code: &str) -> u128 {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(code.bytes()).for_each(|(to, from)| *to = from);
    u128::from_be_bytes(bytes)
}

/// How many threads go over the rows of a class: one where each of them would have nearly as many enterprises to hold as rows to look at.
fn threads_for(rows: &Rows, enterprises: usize, threads: usize) -> usize {
    if rows.len() / 16 > enterprises { threads } else { 1 }
}

/// Marks the applicants of a class, by their numbers; numbers beyond the marks are left out.
fn occurring(rows: &Rows, marks: &mut [bool], threads: usize) {
    let mark = |parts: &[Part], marks: &mut [bool]| {
        for part in parts {
            let Ok(()) = part.applicant.each(|_, applicant| {
                if let Some(mark) = marks.get_mut(applicant as usize) {
                    *mark = true;
                }
                Ok::<_, Infallible>(())
            });
        }
    };
    let threads = threads_for(rows, marks.len(), threads);
    if threads < 2 {
        return mark(rows.parts(), marks);
    }
    let count = marks.len();
    let found = in_shares(rows.parts().chunks(share(rows.parts().len(), threads)), |parts| {
        let mut marks = vec![false; count];
        mark(parts, &mut marks);
        marks
    });
    for more in found {
        marks.iter_mut().zip(more).for_each(|(mark, more)| *mark |= more);
    }
}

/// Rows and their principal, by group.
type Sums = Vec<(u64, i128)>;

/// The same of some rows of a class, by verdict: few verdicts occur, and each of them at many enterprises.
type ByVerdict = BTreeMap<u16, Sums>;

/// Adds up some batches. `count` is the number of groups.
fn add_up(parts: &[Part], group_of: &[u32], count: usize) -> Result<ByVerdict, TooLarge> {
    let mut refused = ByVerdict::new();
    let mut eligible: Sums = vec![(0, 0); count];
    for part in parts {
        part.applicant.each(|row, enterprise| {
            let group = group_of[enterprise as usize] as usize;
            let verdict = part.verdict.get(row);
            let (rows, sum) = if verdict == ELIGIBLE {
                &mut eligible[group]
            } else {
                &mut refused.entry(verdict).or_insert_with(|| vec![(0, 0); count])[group]
            };
            *rows += 1;
            *sum = sum.checked_add(part.principal.get(row)).ok_or(TooLarge(enterprise))?;
            Ok(())
        })?;
    }
    refused.insert(ELIGIBLE, eligible);
    Ok(refused)
}

/// The groups of a class. `registers` is the register's row of each enterprise.
pub(crate) fn group(
    rows: &Rows,
    aggregates: &[Aggregate],
    registers: &[u32],
    threads: usize,
) -> Result<Groups, TooLarge> {
    let mut occurs = vec![false; registers.len()];
    occurring(rows, &mut occurs, threads);
    let mut group_of = vec![NONE; registers.len()];
    let mut groups = Groups::default();
    for ((enterprise, _), group) in (0u32..).zip(occurs).zip(&mut group_of).filter(|((_, occurs), _)| *occurs)
    {
        *group = u32::try_from(groups.enterprise.len()).unwrap_or(NONE);
        groups.enterprise.push(enterprise);
        groups.register.push(registers[enterprise as usize]);
    }
    let count = groups.enterprise.len();
    // Sums of shares may only be added up where no sum of any order can be too large, so that threads decide nothing: numbers of 64 bits
    // leave room for more rows than there can be.
    let narrow = rows.parts().iter().all(|part| !matches!(part.principal, Numbers::Wide(_)));
    let threads = if narrow { threads_for(rows, count, threads) } else { 1 };
    let mut shares = in_shares(rows.parts().chunks(share(rows.parts().len(), threads)), |parts| {
        add_up(parts, &group_of, count)
    })
    .into_iter();
    let mut all = shares.next().transpose()?.unwrap_or_default();
    for more in shares {
        for (verdict, sums) in more? {
            let to = all.entry(verdict).or_insert_with(|| vec![(0, 0); count]);
            for ((to, more), enterprise) in to.iter_mut().zip(sums).zip(&groups.enterprise) {
                to.0 += more.0;
                to.1 = to.1.checked_add(more.1).ok_or(TooLarge(*enterprise))?;
            }
        }
    }
    let eligible = all.remove(&ELIGIBLE).unwrap_or_else(|| vec![(0, 0); count]);
    (groups.eligible_rows, groups.eligible) = eligible.into_iter().unzip();
    groups.claimed.clone_from(&groups.eligible);
    for sums in all.values() {
        for ((claimed, (_, refused)), enterprise) in
            groups.claimed.iter_mut().zip(sums).zip(&groups.enterprise)
        {
            *claimed = claimed.checked_add(*refused).ok_or(TooLarge(*enterprise))?;
        }
    }
    for (verdict, sums) in all {
        let some = (0u32..).zip(sums).filter(|(_, (rows, _))| *rows > 0);
        groups.refused.extend(some.map(|(group, sums)| ((group, verdict), sums)));
    }
    let mut arguments = rows.aggregates.iter();
    let mut texts = Texts::default();
    for aggregate in aggregates {
        let argument = aggregate.argument.as_ref().and_then(|_| arguments.next());
        let vector = match argument {
            Some(argument) => one(aggregate.function, argument, rows, &group_of, &groups, &mut texts)?,
            None => {
                Vector::new(Data::Wide(groups.eligible_rows.iter().map(|n| i128::from(*n)).collect()), None)
            }
        };
        groups.aggregates.push(vector);
    }
    groups.texts = texts;
    groups.of = group_of;
    Ok(groups)
}

fn one(
    function: Function,
    argument: &Kept,
    rows: &Rows,
    group_of: &[u32],
    groups: &Groups,
    texts: &mut Texts,
) -> Result<Vector, TooLarge> {
    let count = groups.enterprise.len();
    let mut values = vec![0i128; count];
    let mut empty = vec![true; count];
    let of_part = |p: &Part, row: usize| (p.applicant.get(row), p.verdict.get(row));
    let lines =
        rows.parts().iter().flat_map(|p| (0..p.applicant.len()).map(move |row| of_part(p, row))).enumerate();
    let counted = lines.filter(|(row, (_, verdict))| *verdict == ELIGIBLE && !argument.is_null(*row));
    let placed = counted.map(|(row, (enterprise, _))| (row, group_of[enterprise as usize] as usize));
    match function {
        Function::Count => placed.for_each(|(_, group)| values[group] += 1),
        Function::CountDistinct => {
            let mut all: Vec<(usize, i128)> =
                placed.map(|(row, group)| (group, argument.numbers.get(row))).collect();
            all.sort_unstable();
            all.dedup();
            all.into_iter().for_each(|(group, _)| values[group] += 1);
        }
        Function::Sum => {
            for (row, group) in placed {
                let sum = values[group].checked_add(argument.numbers.get(row));
                values[group] = sum.ok_or_else(|| TooLarge(rows.applicant(row)))?;
                empty[group] = false;
            }
        }
        Function::Min | Function::Max => {
            for (row, group) in placed {
                let value = argument.numbers.get(row);
                let order = match &argument.words {
                    Some(words) => {
                        let text = |n: i128| words.get(u32::try_from(n).unwrap_or(0));
                        text(value).cmp(text(values[group]))
                    }
                    None => value.cmp(&values[group]),
                };
                let better = if function == Function::Min { order.is_lt() } else { order.is_gt() };
                if empty[group] || better {
                    values[group] = value;
                    empty[group] = false;
                }
            }
        }
    }
    let counts = matches!(function, Function::Count | Function::CountDistinct);
    let nulls = (!counts && empty.contains(&true)).then(|| empty.clone());
    let data = match (&argument.words, counts) {
        (Some(words), false) => {
            let text = |(group, n): (usize, &i128)| {
                let text = if empty[group] { "" } else { words.get(u32::try_from(*n).unwrap_or(0)) };
                texts.intern(text)
            };
            Data::Text(values.iter().enumerate().map(text).collect())
        }
        _ => Data::Wide(values),
    };
    Ok(Vector::new(data, nulls))
}
