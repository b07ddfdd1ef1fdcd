//! What is kept of every line after it was looked at: few bytes a row, in the order of the files.

use std::cell::RefCell;

use crate::{
    batch::Texts,
    run::vector::{Data, Vector},
    scheme::plan::Value,
};

/// Numbers at the width that they need.
#[derive(Clone, Debug)]
pub(crate) enum Numbers {
    Tiny(Vec<i32>),
    Small(Vec<i64>),
    Wide(Vec<i128>),
}

impl Default for Numbers {
    fn default() -> Self {
        Self::Tiny(Vec::new())
    }
}

impl Numbers {
    pub(crate) fn of(vector: &Vector, rows: usize) -> Self {
        let narrow =
            |values: &[i128]| values.iter().map(|v| i64::try_from(*v).ok()).collect::<Option<Vec<i64>>>();
        match &vector.data {
            Data::Small(values) => Self::small(values),
            Data::Wide(values) => {
                narrow(values).map_or_else(|| Self::Wide(values.clone()), |values| Self::small(&values))
            }
            Data::Bool(values) => Self::Tiny(values.iter().map(|v| i32::from(*v)).collect()),
            _ => {
                let value = match &vector.data {
                    Data::Constant(Value::Bool(b)) => i128::from(*b),
                    _ => vector.number(0),
                };
                i64::try_from(value)
                    .map_or_else(|_| Self::Wide(vec![value; rows]), |v| Self::Small(vec![v; rows]))
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "all were found to fit")]
    fn small(values: &[i64]) -> Self {
        let fit = values.iter().fold(true, |fit, v| fit & (*v == i64::from(*v as i32)));
        if fit {
            Self::Tiny(values.iter().map(|v| *v as i32).collect())
        } else {
            Self::Small(values.to_vec())
        }
    }

    pub(crate) fn get(&self, row: usize) -> i128 {
        match self {
            Self::Tiny(values) => i128::from(values[row]),
            Self::Small(values) => i128::from(values[row]),
            Self::Wide(values) => values[row],
        }
    }

    fn append(&mut self, other: Self) {
        // The narrower side is widened.
        match (&mut *self, &other) {
            (Self::Tiny(a), Self::Small(_)) => *self = Self::Small(a.iter().map(|v| i64::from(*v)).collect()),
            (Self::Tiny(a), Self::Wide(_)) => *self = Self::Wide(a.iter().map(|v| i128::from(*v)).collect()),
            (Self::Small(a), Self::Wide(_)) => *self = Self::Wide(a.iter().map(|v| i128::from(*v)).collect()),
            _ => {}
        }
        match (self, other) {
            (Self::Tiny(a), Self::Tiny(b)) => a.extend(b),
            (Self::Small(a), Self::Tiny(b)) => a.extend(b.into_iter().map(i64::from)),
            (Self::Small(a), Self::Small(b)) => a.extend(b),
            (Self::Wide(a), Self::Tiny(b)) => a.extend(b.into_iter().map(i128::from)),
            (Self::Wide(a), Self::Small(b)) => a.extend(b.into_iter().map(i128::from)),
            (Self::Wide(a), Self::Wide(b)) => a.extend(b),
            // Widened above.
            (Self::Tiny(_), _) | (Self::Small(_), Self::Wide(_)) => {}
        }
    }
}

/// A column of what is kept. Texts are numbered by `words`, equal texts by equal numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) numbers: Numbers,
    pub(crate) nulls: Option<Vec<bool>>,
    pub(crate) words: Option<Texts>,
    rows: usize,
}

impl Kept {
    pub(crate) fn of(vector: &Vector, rows: usize, texts: &RefCell<Texts>) -> Self {
        let null = |row: usize| vector.is_null(row);
        let nulls = (0..rows).any(null).then(|| (0..rows).map(null).collect());
        let mut words = Texts::default();
        let mut memo: Vec<u32> = Vec::new();
        let worker = texts.borrow();
        let mut word = |key: u32| -> i64 {
            memo.resize(memo.len().max(worker.len()), u32::MAX);
            let known = &mut memo[key as usize];
            if *known == u32::MAX {
                *known = words.intern(worker.get(key));
            }
            i64::from(*known)
        };
        let texts: Option<Vec<i64>> = match &vector.data {
            Data::Text(keys) => {
                Some((0..rows).map(|row| if null(row) { 0 } else { word(keys[row]) }).collect())
            }
            Data::Constant(Value::Text(text)) => {
                words.intern(text);
                Some(vec![0; rows])
            }
            _ => None,
        };
        match texts {
            Some(keys) => Self { numbers: Numbers::Small(keys), nulls, words: Some(words), rows },
            None => Self { numbers: Numbers::of(vector, rows), nulls, words: None, rows },
        }
    }

    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|n| n[row])
    }

    /// The text of a row, when it is one.
    pub(crate) fn word(&self, row: usize) -> Option<&str> {
        if self.is_null(row) {
            return None;
        }
        let key = u32::try_from(self.numbers.get(row)).ok()?;
        self.words.as_ref().map(|w| w.get(key))
    }

    /// Some of its rows, in the order given.
    #[must_use]
    pub(crate) fn gather(&self, rows: &[usize]) -> Self {
        Self {
            numbers: Numbers::Wide(rows.iter().map(|row| self.numbers.get(*row)).collect()),
            nulls: self.nulls.as_ref().map(|nulls| rows.iter().map(|row| nulls[*row]).collect()),
            words: self.words.clone(),
            rows: rows.len(),
        }
    }

    /// Rows of the next batch.
    pub(crate) fn append(&mut self, other: Self) {
        if self.nulls.is_some() || other.nulls.is_some() {
            let nulls = self.nulls.get_or_insert_with(|| vec![false; self.rows]);
            match other.nulls {
                Some(more) => nulls.extend(more),
                None => nulls.resize(self.rows + other.rows, false),
            }
        }
        let numbers = match &other.words {
            None => other.numbers,
            Some(theirs) => {
                let ours = self.words.get_or_insert_with(Texts::default);
                let known: Vec<i64> =
                    (0u32..).take(theirs.len()).map(|key| i64::from(ours.intern(theirs.get(key)))).collect();
                let nulls = self.nulls.as_deref();
                let translate = |row: usize| {
                    let null = nulls.is_some_and(|n| n[self.rows + row]);
                    let key = usize::try_from(other.numbers.get(row)).unwrap_or(0);
                    if null { 0 } else { known[key] }
                };
                Numbers::Small((0..other.rows).map(translate).collect())
            }
        };
        self.numbers.append(numbers);
        self.rows += other.rows;
    }
}
