//! Reading a rule set: every fault at once, each with its line.

use rust_decimal::Decimal;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::rules::{
    Band, Basis, Formula, LampLimits, Late, LevelWeights, OverAchievement, RuleFault, RuleSet, Ruled,
    SatisfactionPlace, Step, Tier,
};
use crate::{both, finding::Both, indicator::Category, text};

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    faults: Vec<RuleFault>,
}

/// A table of the file, and where it begins.
#[derive(Clone, Copy)]
struct Section<'a> {
    map: &'a DeTable<'a>,
    at: usize,
    name: &'a str,
}

impl<'a> Section<'a> {
    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.map.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }
}

impl Reader<'_> {
    fn fault(&mut self, at: usize, message: Both) {
        let line = self.text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        self.faults.push(RuleFault { file: self.file.to_owned(), line, message });
    }

    fn missing(&mut self, section: Section<'_>, key: &str) {
        let name = section.name;
        self.fault(section.at, both!("[{name}] 缺少 {key}", "[{name}] has no {key}; add {key} = …"));
    }

    /// Keys that mean nothing here are faults: a misspelt threshold must not be passed over.
    fn only(&mut self, section: Section<'_>, known: &[&str]) {
        for (key, _) in section.map {
            let (word, at) = (key.get_ref().as_ref(), key.span().start);
            if known.contains(&word) {
                continue;
            }
            let near = known.iter().find(|k| text::distance(k, word) <= 2);
            let (zh, en) = match near {
                Some(k) => (format!("，是否为 {k}？"), format!("; is {k} meant?")),
                None => {
                    (format!("；可用：{}", known.join("、")), format!("; known are: {}", known.join(", ")))
                }
            };
            let name = section.name;
            self.fault(at, both!("[{name}] 没有 {word} 这一项{zh}", "[{name}] knows no key {word}{en}"));
        }
    }

    fn text_of(&mut self, section: Section<'_>, key: &str) -> Option<(String, usize)> {
        let Some(value) = section.get(key) else {
            self.missing(section, key);
            return None;
        };
        if let DeValue::String(said) = value.get_ref() {
            return Some((said.to_string(), value.span().start));
        }
        self.fault(
            value.span().start,
            both!(
                "{key} 应写成引号内的文本，例如 \"30\"",
                "{key} stands in quotes, as \"30\", so that no digit is lost"
            ),
        );
        None
    }

    fn decimal(&mut self, section: Section<'_>, key: &str) -> Option<Decimal> {
        let (said, at) = self.text_of(section, key)?;
        let value = crate::target::decimal(&said);
        match value {
            Some(value) if value.is_sign_negative() && !value.is_zero() => {
                self.fault(
                    at,
                    both!("{key} 不能小于0，写的是{said}", "{key} cannot be below zero, it says {said}"),
                );
                None
            }
            Some(value) => Some(value),
            None => {
                self.fault(
                    at,
                    both!("{key} 应为数字，写的是“{said}”", "{key} must be a figure, it says \"{said}\""),
                );
                None
            }
        }
    }

    fn percent(&mut self, section: Section<'_>, key: &str, most: i64) -> Option<Decimal> {
        let value = self.decimal(section, key)?;
        if value > Decimal::from(most) {
            let at = section.get(key).map_or(section.at, |v| v.span().start);
            self.fault(
                at,
                both!("{key} 最多{most}，写的是{value}", "{key} is {most} at most, it says {value}"),
            );
            return None;
        }
        Some(value)
    }

    fn whole(&mut self, section: Section<'_>, key: &str) -> Option<i64> {
        let Some(value) = section.get(key) else {
            self.missing(section, key);
            return None;
        };
        let whole = match value.get_ref() {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().filter(|n| *n >= 0),
            _ => None,
        };
        if whole.is_none() {
            self.fault(
                value.span().start,
                both!(
                    "{key} 应为不带引号的非负整数",
                    "{key} must be a whole number from 0 on, without quotes"
                ),
            );
        }
        whole
    }

    fn flag(&mut self, section: Section<'_>, key: &str) -> Option<bool> {
        let Some(value) = section.get(key) else {
            self.missing(section, key);
            return None;
        };
        if let DeValue::Boolean(flag) = value.get_ref() {
            return Some(*flag);
        }
        self.fault(value.span().start, both!("{key} 应为 true 或 false", "{key} must be true or false"));
        None
    }

    fn word<T: Copy>(&mut self, section: Section<'_>, key: &str, words: &[(&str, T)]) -> Option<T> {
        let (said, at) = self.text_of(section, key)?;
        let found = words.iter().find(|(w, _)| *w == said).map(|(_, v)| *v);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
            let known = known.join(", ");
            self.fault(
                at,
                both!(
                    "{key} 没有“{said}”这一种；可用：{known}",
                    "there is no {key} \"{said}\"; known are: {known}"
                ),
            );
        }
        found
    }

    fn both(&mut self, section: Section<'_>, key: &str) -> Option<Both> {
        let Some(value) = section.get(key) else {
            self.missing(section, key);
            return None;
        };
        let at = value.span().start;
        let DeValue::Table(map) = value.get_ref() else {
            self.fault(
                at,
                both!(
                    "{key} 应写成 {{ zh = \"…\", en = \"…\" }}",
                    "{key} is written {{ zh = \"…\", en = \"…\" }}"
                ),
            );
            return None;
        };
        let inner = Section { map, at, name: "name" };
        self.only(inner, &["zh", "en"]);
        let (zh, en) = (self.text_of(inner, "zh"), self.text_of(inner, "en"));
        Some(Both::new(zh?.0, en?.0))
    }

    fn basis(&mut self, section: Section<'_>) -> Option<Basis> {
        let source = self.text_of(section, "source");
        let certainty = self.text_of(section, "certainty");
        let illustrative = match section.get("status") {
            None => Some(false),
            Some(_) => self.word(section, "status", &[("illustrative", true)]),
        };
        if let Some((said, at)) = &certainty {
            let sure = ["S", "T", "M-high", "M-medium", "M-low"];
            if !said.split('+').all(|part| sure.contains(&part)) {
                let known = sure.join(", ");
                self.fault(
                    *at,
                    both!(
                        "certainty 没有“{said}”；可用：{known}，可用“+”相连",
                        "there is no certainty \"{said}\"; known are {known}, joined by \"+\""
                    ),
                );
            }
        }
        Some(Basis {
            section: section.name.to_owned(),
            source: source?.0,
            certainty: certainty?.0,
            illustrative: illustrative?,
        })
    }

    fn table<'b>(&mut self, root: Section<'b>, key: &'b str) -> Option<Section<'b>> {
        let value = root.get(key)?;
        let at = value.span().start;
        if let DeValue::Table(map) = value.get_ref() {
            return Some(Section { map, at, name: key });
        }
        self.fault(at, both!("{key} 应为一节 [{key}]", "{key} must be a section [{key}]"));
        None
    }

    fn tables<'b>(&mut self, root: Section<'b>, key: &'b str) -> Vec<Section<'b>> {
        let Some(value) = root.get(key) else { return Vec::new() };
        let at = value.span().start;
        let DeValue::Array(items) = value.get_ref() else {
            self.fault(at, both!("{key} 应写成若干节 [[{key}]]", "{key} is written as sections [[{key}]]"));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(map) => sections.push(Section { map, at: item.span().start, name: key }),
                _ => self.fault(
                    item.span().start,
                    both!("{key} 应写成若干节 [[{key}]]", "{key} is written as sections [[{key}]]"),
                ),
            }
        }
        sections
    }

    /// A section with its basis; `base` where the file does not have it.
    fn ruled<T: Clone>(
        &mut self,
        root: Section<'_>,
        key: &'static str,
        keys: &[&str],
        base: Option<&Ruled<T>>,
        read: impl FnOnce(&mut Self, Section<'_>) -> Option<T>,
    ) -> Option<Ruled<T>> {
        let Some(section) = self.table(root, key) else {
            if root.get(key).is_none() && base.is_none() {
                self.fault(0, both!("缺少一节 [{key}]", "there is no section [{key}]"));
            }
            return base.cloned();
        };
        let known: Vec<&str> = keys.iter().copied().chain(["source", "certainty", "status"]).collect();
        self.only(section, &known);
        let basis = self.basis(section);
        let rule = read(self, section);
        Some(Ruled { rule: rule?, basis: basis? })
    }

    /// Steps from the highest to zero: each below the one before, the last at zero.
    fn falling(&mut self, sections: &[Section<'_>], steps: &[Decimal], key: &str) {
        for (pair, section) in steps.windows(2).zip(sections.iter().skip(1)) {
            if pair[1] >= pair[0] {
                let (first, second) = (pair[0], pair[1]);
                let name = section.name;
                self.fault(
                    section.at,
                    both!(
                        "[[{name}]] 的 {key} 应由高到低：{first}之后不能是{second}",
                        "[[{name}]]: {key} must fall from one to the next; {second} cannot follow {first}"
                    ),
                );
            }
        }
        if let (Some(last), Some(section)) = (steps.last(), sections.last())
            && !last.is_zero()
        {
            let name = section.name;
            self.fault(
                section.at,
                both!(
                    "最后一个 [[{name}]] 的 {key} 应为0，否则更低的没有归属",
                    "the last [[{name}]] must have {key} = \"0\", or what is lower belongs nowhere"
                ),
            );
        }
    }
}

pub(super) fn rule_set(file: &str, text: &str, base: Option<&RuleSet>) -> Result<RuleSet, Vec<RuleFault>> {
    let mut r = Reader { file, text, faults: Vec::new() };
    let (tree, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let why = error.message().replace('\n', ", ");
        r.fault(error.span().map_or(0, |s| s.start), both!("不是正确的 TOML：{why}", "not TOML: {why}"));
    }
    if !errors.is_empty() {
        return Err(r.faults);
    }
    let root = Section { map: tree.get_ref(), at: 0, name: "" };
    let set = read_all(&mut r, root, base);
    match set {
        Some(set) if r.faults.is_empty() => Ok(set),
        _ => {
            r.faults.sort_by_key(|f| f.line);
            Err(r.faults)
        }
    }
}

const SECTIONS: [&str; 26] = [
    "id",
    "name",
    "weights",
    "no_satisfaction",
    "satisfaction_under_benefit",
    "left_out",
    "rounding",
    "band",
    "bands",
    "forward",
    "equal",
    "equal_reverse",
    "reverse",
    "range",
    "satisfaction",
    "satisfaction_band",
    "satisfaction_bands",
    "threshold",
    "all_or_none",
    "deadline",
    "late",
    "state",
    "tier",
    "tiers",
    "over_achievement",
    "execution",
];
const MORE_SECTIONS: [&str; 2] = ["lamps", "recompute"];

fn read_all(r: &mut Reader<'_>, root: Section<'_>, base: Option<&RuleSet>) -> Option<RuleSet> {
    let known: Vec<&str> = SECTIONS.iter().chain(&MORE_SECTIONS).copied().collect();
    r.only(Section { name: "evaluation", ..root }, &known);
    let whole = Section { name: "evaluation", ..root };
    let id = r.text_of(whole, "id").map(|(id, _)| id);
    let name = r.both(whole, "name");
    let weights = weights(r, root, base);
    let no_satisfaction =
        r.ruled(root, "no_satisfaction", &["to"], base.map(|b| &b.no_satisfaction), |r, s| {
            r.word(
                s,
                "to",
                &[("benefit", Category::Benefit), ("output", Category::Output), ("cost", Category::Cost)],
            )
        });
    let place = [
        ("own-category", SatisfactionPlace::OwnCategory),
        ("within-benefit", SatisfactionPlace::WithinBenefit),
    ];
    let under = base.map(|b| &b.satisfaction_under_benefit);
    let satisfaction_under_benefit =
        r.ruled(root, "satisfaction_under_benefit", &["weighs"], under, |r, s| r.word(s, "weighs", &place));
    let left_out = source_only(r, root, "left_out", &["share"], base.map(|b| &b.left_out), |r, s| {
        r.word(s, "share", &[("siblings", ())]).is_some()
    });
    let places = r.ruled(root, "rounding", &["places", "at"], base.map(|b| &b.places), |r, s| {
        let at = r.word(s, "at", &[("indicator", ())]);
        let places = r.whole(s, "places")?;
        if places > 6 {
            r.fault(s.at, both!("places 最多6位，写的是{places}", "places is 6 at most, it says {places}"));
            return None;
        }
        at?;
        u32::try_from(places).ok()
    });
    let bands = bands(r, root, base);
    let formula = |r: &mut Reader<'_>, key: &'static str, base: Option<&Ruled<Formula>>, fits: &[Formula]| {
        let words: Vec<(&str, Formula)> =
            Formula::NAMES.into_iter().filter(|(_, f)| fits.contains(f)).collect();
        r.ruled(root, key, &["formula"], base, |r, s| r.word(s, "formula", &words))
    };
    use Formula::{AllOrNone, Ratio, ReverseA, ReverseB, SatisfactionBands, Threshold};
    let (up, down) = ([Ratio, Threshold, AllOrNone], [ReverseA, ReverseB, AllOrNone]);
    let forward = formula(r, "forward", base.map(|b| &b.forward), &up);
    let equal = formula(r, "equal", base.map(|b| &b.equal), &up);
    let equal_reverse = formula(r, "equal_reverse", base.map(|b| &b.equal_reverse), &down);
    let reverse = formula(r, "reverse", base.map(|b| &b.reverse), &down);
    let range = formula(r, "range", base.map(|b| &b.range), &down);
    let satisfaction = formula(
        r,
        "satisfaction",
        base.map(|b| &b.satisfaction),
        &[Ratio, Threshold, AllOrNone, SatisfactionBands],
    );
    let satisfaction_bands = steps(r, root, base);
    let threshold = r.ruled(root, "threshold", &["pass_percent"], base.map(|b| &b.threshold), |r, s| {
        let pass = r.percent(s, "pass_percent", 100)?;
        if pass == Decimal::ONE_HUNDRED {
            r.fault(s.at, both!("pass_percent 须小于100", "pass_percent must be below 100"));
            return None;
        }
        Some(pass)
    });
    let all_or_none = source_only(r, root, "all_or_none", &[], base.map(|b| &b.all_or_none), |_, _| true);
    let deadline = deadline(r, root, base);
    let state = source_only(r, root, "state", &[], base.map(|b| &b.state), |_, _| true);
    let tiers = tiers(r, root, base);
    let keys = ["from_percent", "zero_target_from"];
    let over = base.map(|b| &b.over_achievement);
    let over_achievement = r.ruled(root, "over_achievement", &keys, over, |r, s| {
        let (from, zero) = (r.decimal(s, "from_percent"), r.decimal(s, "zero_target_from"));
        let from_percent = from?;
        if from_percent < Decimal::ONE_HUNDRED {
            r.fault(
                s.at,
                both!(
                    "from_percent 不能小于100，写的是{from_percent}",
                    "from_percent is 100 at least, it says {from_percent}"
                ),
            );
            return None;
        }
        Some(OverAchievement { from_percent, zero_target_from: zero? })
    });
    let execution =
        r.ruled(root, "execution", &["explain_below_percent"], base.map(|b| &b.execution), |r, s| {
            r.percent(s, "explain_below_percent", 100)
        });
    let keys = ["red_above_percent", "yellow_above_percent"];
    let lamps = r.ruled(root, "lamps", &keys, base.map(|b| &b.lamps), |r, s| {
        let (red, yellow) =
            (r.percent(s, "red_above_percent", 100), r.percent(s, "yellow_above_percent", 100));
        Some(LampLimits { red_above_percent: red?, yellow_above_percent: yellow? })
    });
    let tolerance = r.ruled(root, "recompute", &["tolerance"], base.map(|b| &b.tolerance), |r, s| {
        r.decimal(s, "tolerance")
    });
    Some(RuleSet {
        id: id?,
        name: name?,
        weights: weights?,
        no_satisfaction: no_satisfaction?,
        satisfaction_under_benefit: satisfaction_under_benefit?,
        left_out: left_out?,
        places: places?,
        bands: bands?,
        forward: forward?,
        equal: equal?,
        equal_reverse: equal_reverse?,
        reverse: reverse?,
        range: range?,
        satisfaction: satisfaction?,
        satisfaction_bands: satisfaction_bands?,
        threshold: threshold?,
        all_or_none: all_or_none?,
        deadline: deadline?,
        state: state?,
        tiers: tiers?,
        over_achievement: over_achievement?,
        execution: execution?,
        lamps: lamps?,
        tolerance: tolerance?,
    })
}

fn source_only(
    r: &mut Reader<'_>,
    root: Section<'_>,
    key: &'static str,
    keys: &[&str],
    base: Option<&Basis>,
    read: impl FnOnce(&mut Reader<'_>, Section<'_>) -> bool,
) -> Option<Basis> {
    let base = base.map(|b| Ruled { rule: (), basis: b.clone() });
    r.ruled(root, key, keys, base.as_ref(), |r, s| read(r, s).then_some(())).map(|ruled| ruled.basis)
}

fn weights(
    r: &mut Reader<'_>,
    root: Section<'_>,
    base: Option<&RuleSet>,
) -> Option<Vec<Ruled<LevelWeights>>> {
    let sections = r.tables(root, "weights");
    if sections.is_empty() {
        if base.is_none() {
            r.fault(0, both!("缺少 [[weights]]", "there is no [[weights]]"));
        }
        return base.map(|b| b.weights.clone());
    }
    let keys = [
        "id",
        "cost",
        "execution",
        "output",
        "benefit",
        "satisfaction",
        "cost_weight",
        "source",
        "certainty",
        "status",
    ];
    let mut all = Vec::new();
    for section in sections {
        r.only(section, &keys);
        let (basis, id, with_cost) = (r.basis(section), r.text_of(section, "id"), r.flag(section, "cost"));
        let [execution, output, benefit, satisfaction] =
            ["execution", "output", "benefit", "satisfaction"].map(|key| r.decimal(section, key));
        let cost = match with_cost {
            Some(true) => r.decimal(section, "cost_weight"),
            _ => Some(Decimal::ZERO),
        };
        let read = || {
            Some(LevelWeights {
                id: id?.0,
                with_cost: with_cost?,
                execution: execution?,
                output: output?,
                benefit: benefit?,
                satisfaction: satisfaction?,
                cost: cost?,
            })
        };
        let (Some(rule), Some(basis)) = (read(), basis) else { continue };
        let parts = [rule.execution, rule.output, rule.benefit, rule.satisfaction, rule.cost];
        let sum = parts.iter().try_fold(Decimal::ZERO, |sum, w| sum.checked_add(*w));
        if sum != Some(Decimal::ONE_HUNDRED) {
            let (id, said) = (&rule.id, sum.map_or_else(String::new, |s| s.normalize().to_string()));
            r.fault(
                section.at,
                both!(
                    "[[weights]] {id} 各项之和应为100，现为{said}",
                    "[[weights]] {id}: the weights must add up to 100, they are {said}"
                ),
            );
        }
        if parts.iter().any(|w| w.normalize().scale() > 2) {
            let id = &rule.id;
            r.fault(
                section.at,
                both!("[[weights]] {id} 最多两位小数", "[[weights]] {id}: two decimal places at most"),
            );
        }
        if all.iter().any(|w: &Ruled<LevelWeights>| w.rule.with_cost == rule.with_cost) {
            let id = &rule.id;
            r.fault(
                section.at,
                both!(
                    "[[weights]] {id}：同样适用范围（cost）的已有一套",
                    "[[weights]] {id}: there is one for the same case (cost) already"
                ),
            );
        }
        all.push(Ruled { rule, basis });
    }
    Some(all)
}

fn bands(r: &mut Reader<'_>, root: Section<'_>, base: Option<&RuleSet>) -> Option<Ruled<Vec<Band>>> {
    let sections = r.tables(root, "band");
    let mut list = Vec::new();
    for section in &sections {
        r.only(*section, &["from", "name"]);
        let (from, name) = (r.decimal(*section, "from"), r.both(*section, "name"));
        if let (Some(from), Some(name)) = (from, name) {
            list.push(Band { from, name });
        }
    }
    let from: Vec<Decimal> = list.iter().map(|b| b.from).collect();
    r.falling(&sections, &from, "from");
    listed(r, root, ("band", "bands"), list, base.map(|b| &b.bands))
}

fn steps(r: &mut Reader<'_>, root: Section<'_>, base: Option<&RuleSet>) -> Option<Ruled<Vec<Step>>> {
    let sections = r.tables(root, "satisfaction_band");
    let mut list = Vec::new();
    for section in &sections {
        r.only(*section, &["from_percent", "share_percent"]);
        let (from, share) =
            (r.percent(*section, "from_percent", 100), r.percent(*section, "share_percent", 100));
        if let (Some(from_percent), Some(share_percent)) = (from, share) {
            list.push(Step { from_percent, share_percent });
        }
    }
    let from: Vec<Decimal> = list.iter().map(|b| b.from_percent).collect();
    r.falling(&sections, &from, "from_percent");
    listed(r, root, ("satisfaction_band", "satisfaction_bands"), list, base.map(|b| &b.satisfaction_bands))
}

fn tiers(r: &mut Reader<'_>, root: Section<'_>, base: Option<&RuleSet>) -> Option<Ruled<Vec<Tier>>> {
    let sections = r.tables(root, "tier");
    let mut list = Vec::new();
    for section in &sections {
        r.only(*section, &["from_percent", "name"]);
        let (from, name) = (r.percent(*section, "from_percent", 100), r.both(*section, "name"));
        if let (Some(from_percent), Some(name)) = (from, name) {
            list.push(Tier { from_percent, name });
        }
    }
    let from: Vec<Decimal> = list.iter().map(|b| b.from_percent).collect();
    r.falling(&sections, &from, "from_percent");
    listed(r, root, ("tier", "tiers"), list, base.map(|b| &b.tiers))
}

/// A list `[[one]]` whose source stands in `[all]`; the two come together.
fn listed<T: Clone>(
    r: &mut Reader<'_>,
    root: Section<'_>,
    (one, all): (&'static str, &'static str),
    list: Vec<T>,
    base: Option<&Ruled<Vec<T>>>,
) -> Option<Ruled<Vec<T>>> {
    if root.get(one).is_none() && root.get(all).is_none() && base.is_some() {
        return base.cloned();
    }
    if root.get(one).is_none() || root.get(all).is_none() {
        let at = root.get(one).or_else(|| root.get(all)).map_or(0, |v| v.span().start);
        r.fault(
            at,
            both!(
                "[[{one}]] 与 [{all}]（来源）须同时给出",
                "[[{one}]] and [{all}] (their source) belong together"
            ),
        );
        return None;
    }
    r.ruled(root, all, &[], None, |_, _| Some(list))
}

fn deadline(r: &mut Reader<'_>, root: Section<'_>, base: Option<&RuleSet>) -> Option<Ruled<Vec<Late>>> {
    let sections = r.tables(root, "late");
    let mut list: Vec<Late> = Vec::new();
    for section in &sections {
        r.only(*section, &["days", "share_percent"]);
        let (days, share) = (r.whole(*section, "days"), r.percent(*section, "share_percent", 100));
        let (Some(days), Some(share_percent)) = (days, share) else { continue };
        if list.last().is_some_and(|l| l.days >= days || l.share_percent < share_percent) {
            r.fault(
                section.at,
                both!(
                    "[[late]] 的 days 应由少到多，share_percent 应由高到低",
                    "[[late]]: days must rise and share_percent must not"
                ),
            );
        }
        list.push(Late { days, share_percent });
    }
    if !sections.is_empty() && root.get("deadline").is_none() {
        r.fault(
            sections[0].at,
            both!("[[late]] 须同时给出 [deadline]（来源）", "[[late]] needs [deadline] with its source"),
        );
    }
    r.ruled(root, "deadline", &[], base.map(|b| &b.deadline), |_, _| Some(list))
}
