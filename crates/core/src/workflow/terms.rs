//! The terms that machines count, in working days, as data: `workflow.toml`.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    calendar::Calendar,
    fund::{FolderTexts, FundFault},
    settings::{Faults, Setting, SettingFile, Settings, Wanted},
};

const fn term(id: &'static str, least: Decimal, required: bool) -> Wanted {
    Wanted { id, required, unit: "工作日", least, most: Decimal::from_parts(500, 0, 0, false, 0) }
}

/// Every term that a machine names.
const NAMES: [&str; 13] = [
    "target-review",
    "target-issue",
    "decomposition-review",
    "city-review",
    "province-review",
    "notice",
    "objection",
    "award",
    "payment",
    "actual-review",
    "monitoring",
    "evaluation-review",
    "finding-answer",
];

const fn wanted(required: bool) -> [Wanted; NAMES.len()] {
    let mut list = [term("", Decimal::ONE, required); NAMES.len()];
    let mut next = 0;
    while next < NAMES.len() {
        list[next] = term(NAMES[next], Decimal::ONE, required);
        next += 1;
    }
    list
}

const ALL: [Wanted; NAMES.len()] = wanted(true);
const SOME: [Wanted; NAMES.len()] = wanted(false);
const NATIONAL: &str = include_str!("workflow.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermsFile {
    #[serde(default)]
    parameter: Vec<SettingFile>,
}

/// How many working days a term has, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The fund's own; what they leave out is taken from the default.
    own: Settings,
    default: Settings,
}

impl Terms {
    /// The names that a file can give a figure for.
    pub const NAMES: &'static [&'static str] = &NAMES;

    /// The default, which is part of the program.
    ///
    /// # Errors
    /// Never for the text that is embedded; a test reads it.
    pub fn national() -> Result<Self, Vec<FundFault>> {
        Ok(Self { own: Settings::default(), default: read("workflow.toml", NATIONAL, &ALL)? })
    }

    /// The terms of a fund, from the text of its `workflow.toml`, on top of the default.
    ///
    /// # Errors
    /// Every fault at once, with file and line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<FundFault>> {
        let national = Self::national()?;
        Ok(Self { own: read(file, text, &SOME)?, ..national })
    }

    /// The terms of a fund folder: its `workflow.toml` over the default, or the default alone.
    ///
    /// # Errors
    /// Every fault of the file, with its line.
    pub fn of_folder(files: &FolderTexts) -> Result<Self, Vec<FundFault>> {
        match files.get("workflow.toml") {
            Some(text) => Self::parse("workflow.toml", text),
            None => Self::national(),
        }
    }

    /// Terms whose length is an assumption, as `workflow.term`, in the order of their names.
    pub fn illustrative(&self) -> Vec<String> {
        let mut names = NAMES;
        names.sort_unstable();
        let assumed = names.into_iter().filter(|name| self.get(name).is_some_and(|term| term.illustrative));
        assumed.map(|name| format!("workflow.{name}")).collect()
    }

    /// A term with what it rests on.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.own.get(name).or_else(|| self.default.get(name))
    }

    /// A term in working days.
    pub fn days(&self, name: &str) -> Option<u32> {
        self.get(name)?.exact().ceiling().and_then(|days| u32::try_from(days).ok())
    }
}

fn read(file: &str, text: &str, wanted: &[Wanted]) -> Result<Settings, Vec<FundFault>> {
    let mut faults = Faults::new(file, text);
    let Some(read) = faults.read::<TermsFile>() else { return Err(faults.list) };
    let settings = Settings::read("workflow", read.parameter, wanted, &mut faults);
    for setting in settings.iter().filter(|setting| !setting.value.fract().is_zero()) {
        faults.whole(format!("{} = {}: a term is a whole number of working days", setting.id, setting.value));
    }
    if faults.list.is_empty() { Ok(settings) } else { Err(faults.list) }
}

/// What terms are counted with.
#[derive(Clone, Copy, Debug)]
pub struct Timing<'a> {
    /// The working days.
    pub calendar: &'a Calendar,
    /// The lengths of the terms.
    pub terms: &'a Terms,
}
