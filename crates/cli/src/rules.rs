//! The fund's ledgers and schemes, read from the texts of its folder and planned.

use std::collections::BTreeMap;

use jixiao_core::{finding::Lang, fund::FolderTexts, text::distance};
use jixiao_engine::{
    fault::{Fault, Text},
    number::Dec,
    run::{Bindings, find, finer_scale},
    schema::Ledgers,
    schema_file,
    scheme::{
        file::{self, SchemeFile},
        plan::Plan,
        planner::{self, Finer, Years},
    },
};

use crate::{commands::Setting, render::faults};

/// The file that says what ledgers there are.
pub(crate) const LEDGERS: &str = "ledgers.toml";

/// The sub-folder of schemes, as it stands in the names of texts.
const SCHEMES: &str = "schemes/";

/// A scheme's file.
pub(crate) struct Scheme {
    /// Its text with its name.
    pub text: Text,
    /// What it reads as, or what is wrong with it.
    pub file: Result<SchemeFile, Vec<Fault>>,
}

impl Scheme {
    /// Reads a scheme from its text.
    pub(crate) fn read(text: Text) -> Self {
        let file = file::read(&text);
        Self { text, file }
    }

    /// The scheme's id; where its file does not read, the file's name without its ending.
    pub(crate) fn id(&self) -> &str {
        match &self.file {
            Ok(file) => &file.id.text,
            Err(_) => self.text.name.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml"),
        }
    }
}

/// A change of a parameter: `NAME=VALUE`, or `SCHEME.NAME=VALUE` where several schemes have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// The scheme, when it is named.
    pub scheme: Option<String>,
    /// The parameter.
    pub name: String,
    /// Its value, in the parameter's unit as written.
    pub value: Dec,
}

impl Change {
    /// Reads a change as it is typed.
    pub(crate) fn parse(text: &str, lang: Lang) -> Result<Self, String> {
        let wrong = || match lang {
            Lang::Zh => {
                format!("--set {text}：应写成 参数=数值，如 rate=0.004；数值按参数的单位，不带单位和百分号")
            }
            Lang::En => format!(
                "--set {text}: write NAME=VALUE, such as rate=0.004, the value in the parameter's unit without the unit itself"
            ),
        };
        let (scheme, name, value) = split(text).ok_or_else(wrong)?;
        let value = Dec::parse(value).ok_or_else(wrong)?;
        Ok(Self { scheme: scheme.map(str::to_owned), name: name.to_owned(), value })
    }

    /// The change as it is typed.
    pub(crate) fn text(&self) -> String {
        let scheme = self.scheme.as_ref().map_or(String::new(), |s| format!("{s}."));
        format!("{scheme}{}={}", self.name, self.value.normal())
    }
}

/// Scheme, parameter and value of `NAME=VALUE` or `SCHEME.NAME=VALUE`.
pub(crate) fn split(text: &str) -> Option<(Option<&str>, &str, &str)> {
    let (name, value) = text.split_once('=')?;
    let (scheme, name) = qualified(name);
    (!name.is_empty()).then_some((scheme, name, value.trim()))
}

/// Scheme and parameter of `NAME` or `SCHEME.NAME`.
pub(crate) fn qualified(text: &str) -> (Option<&str>, &str) {
    match text.trim().rsplit_once('.') {
        Some((scheme, name)) => (Some(scheme), name),
        None => (None, text.trim()),
    }
}

/// A plan with its parameters bound.
pub(crate) struct Bound {
    /// The plan.
    pub plan: Plan,
    /// The values in force.
    pub bindings: Bindings,
}

/// The ledgers and schemes of a fund.
pub(crate) struct Rules {
    /// The ledgers' text.
    pub ledgers_text: Text,
    /// The ledgers, or what is wrong with their file.
    pub ledgers: Result<Ledgers, Vec<Fault>>,
    /// The schemes, by file name.
    pub schemes: Vec<Scheme>,
}

impl Rules {
    /// Reads what a fund folder says of ledgers and schemes.
    ///
    /// # Errors
    /// The folder has no ledgers or no schemes, or two schemes have one id.
    pub(crate) fn read(texts: &FolderTexts, lang: Lang) -> Result<Self, String> {
        let text = |(name, text): (&String, &String)| Text { name: name.clone(), text: text.clone() };
        let Some(ledgers_text) = texts.get_key_value(LEDGERS).map(text) else {
            return Err(match lang {
                Lang::Zh => format!("资金文件夹没有 {LEDGERS}：没有定义台账，不能计算支持金额"),
                Lang::En => {
                    format!("the fund folder has no {LEDGERS}: without ledgers no award can be computed")
                }
            });
        };
        let schemes: Vec<Scheme> = texts
            .iter()
            .filter(|(name, _)| name.starts_with(SCHEMES))
            .map(|entry| Scheme::read(text(entry)))
            .collect();
        if schemes.is_empty() {
            return Err(match lang {
                Lang::Zh => format!("资金文件夹的 {SCHEMES} 中没有方案"),
                Lang::En => format!("the fund folder has no scheme in {SCHEMES}"),
            });
        }
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for scheme in &schemes {
            if let Some(other) = seen.insert(scheme.id(), &scheme.text.name) {
                let (id, name) = (scheme.id(), &scheme.text.name);
                return Err(match lang {
                    Lang::Zh => format!("{other} 和 {name} 的 id 都是 {id}；请改其中一个"),
                    Lang::En => format!("{other} and {name} both have the id {id}; change one of them"),
                });
            }
        }
        let ledgers = schema_file::ledgers(&ledgers_text);
        Ok(Self { ledgers_text, ledgers, schemes })
    }

    /// The ledgers.
    ///
    /// # Errors
    /// Their file's faults, drawn.
    pub(crate) fn ledgers(&self, setting: &Setting) -> Result<&Ledgers, String> {
        self.ledgers
            .as_ref()
            .map_err(|all| faults::all(all, &self.ledgers_text, &setting.place(), setting.lang))
    }

    /// Schemes by their ids, once each; all when none is named.
    ///
    /// # Errors
    /// A name that no scheme has: says which are near, or which there are.
    pub(crate) fn pick(&self, names: &[String], lang: Lang) -> Result<Vec<&Scheme>, String> {
        if names.is_empty() {
            return Ok(self.schemes.iter().collect());
        }
        let unknown = names.iter().find(|n| !self.schemes.iter().any(|s| s.id() == n.as_str()));
        if let Some(name) = unknown {
            return Err(self.unknown(name, lang));
        }
        Ok(self.schemes.iter().filter(|s| names.iter().any(|n| n == s.id())).collect())
    }

    /// What is said of a name that no scheme has.
    pub(crate) fn unknown(&self, name: &str, lang: Lang) -> String {
        let ids: Vec<&str> = self.schemes.iter().map(Scheme::id).collect();
        match (near(name, &ids), lang) {
            (near, Lang::Zh) if !near.is_empty() => {
                format!("没有方案“{name}”；是不是 {}？", near.join("、"))
            }
            (near, Lang::En) if !near.is_empty() => {
                format!("there is no scheme {name:?}; do you mean {}?", near.join(" or "))
            }
            (_, Lang::Zh) => format!("没有方案“{name}”；有：{}", ids.join("、")),
            (_, Lang::En) => format!("there is no scheme {name:?}; there are {}", ids.join(", ")),
        }
    }

    /// Plans a scheme for a year.
    ///
    /// # Errors
    /// The faults of the ledgers or of the scheme, drawn.
    pub(crate) fn plan(
        &self,
        scheme: &Scheme,
        setting: &Setting,
        year: i16,
        finer: &[Finer],
    ) -> Result<Plan, String> {
        let ledgers = self.ledgers(setting)?;
        let known = |code: &str| knows(setting, code);
        let file = scheme.file.as_ref().map_err(Clone::clone);
        file.and_then(|file| planner::plan(file, ledgers, years(setting), &known, year, finer))
            .map_err(|all| faults::all(&all, &scheme.text, &setting.place(), setting.lang))
    }

    /// Every fault of a scheme, in any year of the cycle.
    pub(crate) fn check(&self, scheme: &Scheme, ledgers: &Ledgers, setting: &Setting) -> Vec<Fault> {
        match &scheme.file {
            Err(faults) => faults.clone(),
            Ok(file) => planner::check(file, ledgers, years(setting), &|code| knows(setting, code)),
        }
    }

    /// Plans some schemes with their parameters changed.
    ///
    /// # Errors
    /// Faults; a parameter that none of the schemes has, or more than one where none is named; a value that cannot be held or
    /// stands above its parameter's ceiling.
    pub(crate) fn bind(
        &self,
        schemes: &[&Scheme],
        setting: &Setting,
        year: i16,
        changes: &[Change],
    ) -> Result<Vec<Bound>, String> {
        let lang = setting.lang;
        let plans: Result<Vec<Plan>, String> =
            schemes.iter().map(|s| self.plan(s, setting, year, &[])).collect();
        let plans = plans?;
        let mut by_plan: Vec<Vec<&Change>> = vec![Vec::new(); plans.len()];
        for change in changes {
            by_plan[target(&plans, change.scheme.as_deref(), &change.name, lang)?].push(change);
        }
        let mut bound = Vec::with_capacity(plans.len());
        for ((plan, scheme), changes) in plans.into_iter().zip(schemes).zip(by_plan) {
            let finer: Vec<Finer> =
                changes.iter().filter_map(|c| finer_for(&plan, &c.name, &[c.value])).collect();
            let plan = if finer.is_empty() { plan } else { self.plan(scheme, setting, year, &finer)? };
            let mut bindings = Bindings::of(&plan);
            for change in &changes {
                bindings.set(&plan, &change.name, change.value).map_err(|e| e.get(lang).to_owned())?;
            }
            let set = |at: usize| changes.iter().any(|c| c.name == plan.parameters[at].id);
            let touched = |at: &usize| set(*at) || plan.parameters[*at].ceiling.is_some_and(set);
            let above: Vec<String> = (0..plan.parameters.len())
                .filter(touched)
                .filter_map(|at| Some(bindings.above_ceiling(&plan, at)?.get(lang).to_owned()))
                .collect();
            if !above.is_empty() {
                return Err(above.join("\n"));
            }
            bound.push(Bound { plan, bindings });
        }
        Ok(bound)
    }
}

/// The one plan among some that a parameter belongs to.
///
/// # Errors
/// A scheme that is none of theirs; a parameter that none of them has, or more than one where no scheme is named.
pub(crate) fn target(plans: &[Plan], scheme: Option<&str>, name: &str, lang: Lang) -> Result<usize, String> {
    if let Some(scheme) = scheme.filter(|s| !plans.iter().any(|p| p.id == *s)) {
        let ids: Vec<&str> = plans.iter().map(|p| p.id.as_str()).collect();
        return Err(match lang {
            Lang::Zh => format!("{scheme}.{name}：这次计算的方案是 {}，没有 {scheme}", ids.join("、")),
            Lang::En => {
                format!("{scheme}.{name}: this run is of {}; {scheme} is not in it", ids.join(", "))
            }
        });
    }
    let named = |plan: &Plan| scheme.is_none_or(|s| s == plan.id);
    let having: Vec<usize> = (0..plans.len())
        .filter(|i| named(&plans[*i]) && plans[*i].parameters.iter().any(|p| p.id == name))
        .collect();
    match having.as_slice() {
        [one] => Ok(*one),
        [] => {
            let known: Vec<&str> = plans
                .iter()
                .filter(|p| named(p))
                .flat_map(|p| p.parameters.iter().map(|p| p.id.as_str()))
                .collect();
            let near = near(name, &known);
            let scheme = scheme.map_or(String::new(), |s| format!("{s} "));
            Err(match (lang, near.is_empty()) {
                (Lang::Zh, false) => format!("{scheme}没有参数“{name}”；是不是 {}？", near.join("、")),
                (Lang::En, false) => {
                    format!("{scheme}has no parameter {name:?}; do you mean {}?", near.join(" or "))
                }
                (Lang::Zh, true) => format!("{scheme}没有参数“{name}”；用 jixiao scheme show 查看参数"),
                (Lang::En, true) => {
                    format!("{scheme}has no parameter {name:?}; jixiao scheme show lists the parameters")
                }
            })
        }
        several => {
            let written: Vec<String> = several.iter().map(|i| format!("{}.{name}", plans[*i].id)).collect();
            Err(match lang {
                Lang::Zh => format!(
                    "有 {} 个方案都有参数“{name}”，请写明是哪一个：{}",
                    several.len(),
                    written.join("、")
                ),
                Lang::En => {
                    format!(
                        "{} schemes have a parameter {name:?}; say which: {}",
                        several.len(),
                        written.join(", ")
                    )
                }
            })
        }
    }
}

/// How many digits a parameter must hold to take some values; `None` for a parameter that the plan does not have.
pub(crate) fn finer_for(plan: &Plan, name: &str, values: &[Dec]) -> Option<Finer> {
    let (_, parameter) = find(plan, name).ok()?;
    let scale = values.iter().filter_map(|v| finer_scale(parameter, *v)).max()?;
    Some(Finer { id: name.to_owned(), scale })
}

/// Names that differ from one by a slip, or hold it.
fn near<'n>(name: &str, known: &[&'n str]) -> Vec<&'n str> {
    let slip = |k: &&&str| distance(k, name) <= 2.max(name.len() / 4) || (name.len() > 3 && k.contains(name));
    known.iter().filter(slip).take(4).copied().collect()
}

fn knows(setting: &Setting, code: &str) -> bool {
    setting.fund.regions.iter().any(|(_, region)| region.code == code)
}

/// The fund years of the cycle.
pub(crate) fn years(setting: &Setting) -> Years {
    Years { first: setting.fund.cycle.first, last: setting.fund.cycle.last }
}

/// The fund year that is meant: the one given, or the first of the cycle.
///
/// # Errors
/// The year is not in the cycle.
pub(crate) fn year(setting: &Setting, given: Option<i16>) -> Result<i16, String> {
    let cycle = setting.fund.cycle;
    let year = given.unwrap_or(cycle.first);
    if cycle.contains(year) {
        return Ok(year);
    }
    let (first, last) = (cycle.first, cycle.last);
    Err(match setting.lang {
        Lang::Zh => format!("{year} 年不在资金的实施周期 {first}—{last} 年之内"),
        Lang::En => format!("{year} is outside the fund's cycle, {first} to {last}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_name_and_a_number() {
        let change = Change::parse("import-interest.rate = 0.0040", Lang::En).expect("a change");
        assert_eq!((change.scheme.as_deref(), change.name.as_str()), (Some("import-interest"), "rate"));
        assert_eq!(change.text(), "import-interest.rate=0.004");
        for text in ["rate", "rate=", "=3", "rate=30%", "rate=0.1..0.2/3", "rate=ten"] {
            assert!(Change::parse(text, Lang::Zh).is_err(), "{text}");
        }
    }

    #[test]
    fn slips_are_guessed() {
        let known = ["import-bases", "import-interest", "premium-support"];
        assert_eq!(near("import-intrest", &known), ["import-interest"]);
        assert_eq!(near("premium", &known), ["premium-support"]);
        assert!(near("zzz", &known).is_empty());
    }
}
