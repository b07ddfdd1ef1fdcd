//! Parameters of a method, as data: `[[parameter]]` tables with value, unit, source and certainty, in a file of the fund folder.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{derivation::Ground, exact::Exact, finding::Both, fund::FundFault, target::decimal};

/// One parameter with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Its name in the file.
    pub id: String,
    /// What it is.
    pub label: Both,
    /// The figure, in its unit.
    pub value: Decimal,
    /// The unit: `%`, `天`; empty for a plain figure.
    pub unit: String,
    /// Where it stands, or who chose it.
    pub source: String,
    /// How sure: `S`, `T`, `M`, or `method` where it is a choice of statistics and no rule.
    pub certainty: String,
    /// Whether no text of a rule was found for it.
    pub illustrative: bool,
}

impl Setting {
    /// The figure; one in % as a share: 5 % is 1/20.
    pub fn exact(&self) -> Exact {
        let value = Exact::of(self.value);
        let hundredth = Exact::of(Decimal::new(1, 2));
        if self.unit == "%" { value.times(&hundredth) } else { value }
    }

    /// The figure with its unit.
    pub fn written(&self) -> String {
        format!("{}{}", self.value.normalize(), self.unit)
    }
}

/// The parameters of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// What stands before a parameter's name elsewhere: `survey`, `monitoring`.
    pub group: String,
    by_id: BTreeMap<String, Setting>,
}

/// What a file must or may say: name, whether it must be there, the least and the most that it can be, both included.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The name.
    pub id: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// The unit that it must be given in; empty for a plain figure.
    pub unit: &'static str,
    /// The least that it can be.
    pub least: Decimal,
    /// The most that it can be.
    pub most: Decimal,
}

/// A `[[parameter]]` table as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingFile {
    id: Spanned<String>,
    label: Both,
    value: Spanned<String>,
    #[serde(default)]
    unit: String,
    source: String,
    certainty: String,
    #[serde(default)]
    status: Option<Spanned<String>>,
}

/// Faults of one file, with lines.
pub(crate) struct Faults<'a> {
    file: &'a str,
    text: &'a str,
    pub(crate) list: Vec<FundFault>,
}

impl<'a> Faults<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, list: Vec::new() }
    }

    /// A fault at a byte of the text.
    pub(crate) fn at(&mut self, byte: usize, message: String) {
        let before = &self.text[..self.text.floor_char_boundary(byte.min(self.text.len()))];
        let line = Some(before.matches('\n').count() + 1);
        self.list.push(FundFault { file: self.file.to_owned(), line, message });
    }

    /// A fault of the whole file.
    pub(crate) fn whole(&mut self, message: String) {
        self.list.push(FundFault { file: self.file.to_owned(), line: None, message });
    }

    /// Reads the text as TOML.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&mut self) -> Option<T> {
        match toml::from_str(self.text) {
            Ok(value) => Some(value),
            Err(error) => {
                match error.span() {
                    Some(span) => self.at(span.start, error.message().to_owned()),
                    None => self.whole(error.message().to_owned()),
                }
                None
            }
        }
    }
}

impl Settings {
    /// Reads the parameters of a file and reports everything that is wrong with them.
    pub(crate) fn read(
        group: &str,
        entries: Vec<SettingFile>,
        wanted: &[Wanted],
        faults: &mut Faults<'_>,
    ) -> Self {
        let mut by_id = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for entry in entries {
            let (at, id) = (entry.id.span().start, entry.id.into_inner());
            let Some(rule) = wanted.iter().find(|w| w.id == id) else {
                let known: Vec<&str> = wanted.iter().map(|w| w.id).collect();
                faults.at(at, format!("{id} is no parameter here; known are {}", known.join(", ")));
                continue;
            };
            if !seen.insert(rule.id) {
                faults.at(at, format!("{id} is given twice"));
            }
            let illustrative = match &entry.status {
                None => false,
                Some(status) if status.get_ref() == "illustrative" => true,
                Some(status) => {
                    let message = format!("{id}: status is illustrative or absent, not {}", status.get_ref());
                    faults.at(status.span().start, message);
                    continue;
                }
            };
            let (value_at, text) = (entry.value.span().start, entry.value.into_inner());
            let Some(value) = decimal(&text) else {
                faults.at(value_at, format!("{id}: {text} is no figure; write it as a text such as \"5\""));
                continue;
            };
            if entry.unit != rule.unit {
                let (want, got) = (said(rule.unit), said(&entry.unit));
                faults.at(value_at, format!("{id} wants {want}, the file gives {got}"));
            }
            if value < rule.least || value > rule.most {
                let message = format!("{id} = {value} lies outside {} to {}", rule.least, rule.most);
                faults.at(value_at, message);
            }
            let setting = Setting {
                id: id.clone(),
                label: entry.label,
                value,
                unit: entry.unit,
                source: entry.source,
                certainty: entry.certainty,
                illustrative,
            };
            by_id.insert(id, setting);
        }
        for rule in wanted.iter().filter(|w| w.required && !seen.contains(w.id)) {
            faults.whole(format!("the parameter {} is missing", rule.id));
        }
        Self { group: group.to_owned(), by_id }
    }

    /// A parameter, if the file gives it.
    pub fn get(&self, id: &str) -> Option<&Setting> {
        self.by_id.get(id)
    }

    /// A parameter's figure, a percentage as a share; zero when the file does not give it. Parameters that are required are always there.
    pub fn exact(&self, id: &str) -> Exact {
        self.get(id).map_or_else(Exact::zero, Setting::exact)
    }

    /// A parameter as a whole number; zero when the file does not give it.
    pub fn whole(&self, id: &str) -> u64 {
        self.exact(id).ceiling().unwrap_or(0)
    }

    /// Every parameter in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.by_id.values()
    }

    /// Names of the parameters that are marked illustrative, as `group.parameter`, sorted.
    pub fn illustrative(&self) -> Vec<String> {
        self.iter().filter(|s| s.illustrative).map(|s| format!("{}.{}", self.group, s.id)).collect()
    }

    /// What a step rests on when it uses a parameter.
    pub fn ground(&self, id: &str) -> Option<Ground> {
        let setting = self.get(id)?;
        Some(if setting.illustrative {
            Ground::Illustrative { parameter: format!("{}.{id}", self.group) }
        } else {
            let written = setting.written();
            Ground::Clause {
                text: Both::new(
                    format!("{}：{written}", setting.label.zh),
                    format!("{}: {written}", setting.label.en),
                ),
                source: setting.source.clone(),
                certainty: setting.certainty.clone(),
            }
        })
    }
}

fn said(unit: &str) -> &str {
    if unit.is_empty() { "a plain figure" } else { unit }
}
