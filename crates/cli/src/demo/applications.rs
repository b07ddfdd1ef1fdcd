//! Applications of enterprises that the rules award, spread over every state of their way.

use jiff::civil::Date;
use jixiao_core::workflow::{Guard, machines};
use jixiao_store::{awards::Award, cases::About, reviews::Kind};
use serde_json::json;

use super::{
    Material,
    cast::{AUDITOR, MAKER, OFFICER, SECOND, city, enterprise},
    days::Days,
    script::{File, Key, Script, What},
};

/// At most so many.
const MOST: usize = 240;

/// What becomes of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Still being filled in.
    Draft,
    /// Sent back by the city, not handed in again.
    Returned,
    /// At the city.
    Submitted,
    /// At the province.
    CityPassed,
    /// Sent back to the city by the province.
    SentBack,
    /// To be published.
    ProvincePassed,
    /// In public notice.
    Notice,
    /// With an objection that is not decided.
    Objected,
    /// With an objection that was upheld: at the province again.
    Upheld,
    /// Awarded, its payment in a state.
    Awarded(Order),
    /// Paid.
    Paid,
    /// Closed.
    Closed,
    /// Closed, after the city had sent it back once.
    ClosedLate,
    /// Closed, after an objection that came to nothing.
    ClosedAfterObjection,
    /// Refused by the city.
    RefusedAtCity,
    /// Refused by the province.
    RefusedAtProvince,
    /// Withdrawn.
    Withdrawn,
    /// Awarded, then revoked.
    Revoked,
}

/// How far the payment of an award is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// None was drawn.
    None,
    /// Drawn.
    Drawn,
    /// Checked.
    Checked,
    /// Sent.
    Sent,
    /// Failed.
    Failed,
    /// Void.
    Void,
}

/// What becomes of one application after the other, over and over: every fate is among the first thirty.
const FATES: [Fate; 40] = {
    use Fate::{
        Awarded, CityPassed, Closed, ClosedAfterObjection, ClosedLate, Draft, Notice, Objected, Paid,
        ProvincePassed, RefusedAtCity, RefusedAtProvince, Returned, Revoked, SentBack, Submitted, Upheld,
        Withdrawn,
    };
    [
        Closed,
        Submitted,
        CityPassed,
        Returned,
        Paid,
        Notice,
        Draft,
        ProvincePassed,
        Awarded(Order::None),
        Objected,
        ClosedLate,
        RefusedAtCity,
        Awarded(Order::Drawn),
        RefusedAtProvince,
        Withdrawn,
        ClosedAfterObjection,
        Awarded(Order::Checked),
        Revoked,
        Awarded(Order::Sent),
        SentBack,
        Awarded(Order::Failed),
        Upheld,
        Awarded(Order::Void),
        Closed,
        Closed,
        Paid,
        Submitted,
        CityPassed,
        Notice,
        Closed,
        Draft,
        ProvincePassed,
        Closed,
        Submitted,
        Closed,
        Paid,
        CityPassed,
        Closed,
        Notice,
        Closed,
    ]
};

/// An application.
#[derive(Clone, Debug)]
pub(crate) struct Applied<'m> {
    /// The award that the rules give it.
    pub(crate) award: &'m Award,
    /// What becomes of it.
    pub(crate) fate: Fate,
}

impl Applied<'_> {
    /// Whether its money is paid in the script.
    pub(crate) fn is_paid(&self) -> bool {
        matches!(self.fate, Fate::Paid | Fate::Closed | Fate::ClosedLate | Fate::ClosedAfterObjection)
    }

    /// What tells it from other applications.
    pub(crate) fn subject(&self, year: i16) -> String {
        format!("{year}/{}/{}", self.award.scheme, self.award.enterprise)
    }

    /// What it is about.
    pub(crate) fn about(&self, year: i16) -> About {
        About {
            year,
            region: self.award.region.clone(),
            scheme: self.award.scheme.clone(),
            enterprise: self.award.enterprise.clone(),
            ..About::default()
        }
    }
}

/// Who applies: awarded enterprises, one of each scheme in turn, drawn within each.
pub(crate) fn chosen<'m>(material: &'m Material<'_>) -> Vec<Applied<'m>> {
    let lots = material.lots;
    let known: Vec<String> = material.regions().into_iter().map(|(_, code, _)| code).collect();
    let mut by_scheme: std::collections::BTreeMap<&str, Vec<(u64, &Award)>> =
        std::collections::BTreeMap::new();
    for award in material.run.awards.iter().filter(|award| award.fen > 0 && known.contains(&award.region)) {
        let place = lots.below(&format!("applies/{}/{}", award.scheme, award.enterprise), u64::MAX);
        by_scheme.entry(&award.scheme).or_default().push((place, award));
    }
    let mut queues: Vec<_> = by_scheme
        .into_values()
        .map(|mut queue| {
            queue.sort_by_key(|(place, award)| (*place, award.enterprise.clone()));
            queue.into_iter()
        })
        .collect();
    let mut all = Vec::new();
    loop {
        let before = all.len();
        for queue in &mut queues {
            if all.len() < MOST {
                all.extend(queue.next().map(|(_, award)| award));
            }
        }
        if all.len() == before {
            break;
        }
    }
    all.into_iter().zip(FATES.iter().cycle()).map(|(award, fate)| Applied { award, fate: *fate }).collect()
}

const PUBLISHED: &[Guard] = &[Guard::ListPublished];

/// Everything that happens to the applications up to their awards. What is paid stands with the payment orders.
pub(crate) fn write(script: &mut Script<'_>, material: &Material<'_>, all: &[Applied<'_>]) {
    let objected = all.iter().position(|applied| applied.fate == Fate::Notice);
    for (number, applied) in all.iter().enumerate() {
        one(script, material, number, applied, objected == Some(number));
    }
    if let Some(applied) = objected.and_then(|number| all.get(number)) {
        object(script, material, applied, all);
    }
}

/// When the notice begins that still runs when a visitor comes, so that one can object and see what waits for its end.
fn in_notice(days: Days<'_>) -> Date {
    days.on(1, 4, 10)
}

/// Another enterprise objects to what is in public notice; whoever decides objections has not decided yet.
fn object(script: &mut Script<'_>, material: &Material<'_>, applied: &Applied<'_>, all: &[Applied<'_>]) {
    let (year, days) = (material.year.year, script.days);
    let closed = |other: &&Applied<'_>| other.fate == Fate::Closed;
    let Some(other) =
        all.iter().filter(closed).find(|other| other.award.enterprise != applied.award.enterprise)
    else {
        return;
    };
    let who = enterprise(&other.award.enterprise);
    let about = About { enterprise: other.award.enterprise.clone(), ..applied.about(year) };
    let said = json!({
        "grounds": "所公示的金额含一笔已转让的合同，请核实合同履行主体（演示，全部虚构）",
        "contact": "演示联系人",
    });
    let to = Key { machine: &machines::APPLICATION, subject: applied.subject(year) };
    let at = days.after(in_notice(days), 2).at(10, 20, 0, 0);
    script.object(at, &who, to, (about, said)).wait(0).act(&who, "submit", "");
}

/// `lowered` is told of the one whose amount the city lowers.
fn one(
    script: &mut Script<'_>,
    material: &Material<'_>,
    number: usize,
    applied: &Applied<'_>,
    lowered: bool,
) {
    let (year, lots, fate) = (material.year.year, material.lots, applied.fate);
    let award = applied.award;
    let (own, officer) = (enterprise(&award.enterprise), city(&award.region));
    let subject = applied.subject(year);
    let label = material.scheme(&award.scheme);
    let name = material.name(&award.enterprise);
    let yuan = |fen: i64| format!("{}.{:02}元", fen / 100, fen % 100);
    let said = json!({
        "scheme": award.scheme,
        "scheme_label": label,
        "enterprise": award.enterprise,
        "name": name,
        "region": award.region,
        "claimed_fen": award.claimed_fen,
        "award_fen": award.fen,
        "statement": "本企业承诺申报材料真实、准确（演示，全部虚构）",
    });
    let days = script.days;
    let first = days.after(days.on(0, 3, 4), u32::try_from(lots.below(&subject, 18)).unwrap_or_default());
    let published =
        if matches!(fate, Fate::Notice | Fate::Objected) { in_notice(days) } else { days.on(0, 6, 5) };
    let published = published.at(9, 30, 0, 0);
    // Whoever has the whole queue before them takes it in one go: the same moment, one change.
    let awarded = days.after(days.on(0, 6, 5), 11).at(15, 0, 0, 0);
    let form = File::note(
        "申报材料.txt",
        &format!(
            "企业：{name}（{}）\n事项：{label}\n申报金额：{}",
            award.enterprise,
            yuan(award.claimed_fen)
        ),
    );
    let more =
        File::note("补充材料.txt", &format!("企业：{name}\n事项：{label}\n补充了合同和付款凭证的对应关系。"));
    let mut walk = script.open(
        days.at(first, &subject),
        &own,
        (&machines::APPLICATION, "open"),
        subject.clone(),
        (applied.about(year), said, Some(award.fen)),
        "",
    );
    if fate == Fate::Draft {
        if number.is_multiple_of(2) {
            walk.attach(&own, form);
        }
        return;
    }
    walk.attach(&own, form).wait(1).act(&own, "submit", "");
    if fate == Fate::Submitted {
        if number.is_multiple_of(3) {
            walk.wait(3).review(&officer, Kind::Comment, "", "已通知企业补充联系方式（演示）");
        }
        return;
    }
    if matches!(fate, Fate::Returned | Fate::ClosedLate) {
        walk.wait(4).review(&officer, Kind::Review, "doubt", "合同与付款凭证不能一一对应（演示）").act(
            &officer,
            "city-return",
            "合同与付款凭证不能一一对应，请补充后再提交（演示）",
        );
        if fate == Fate::Returned {
            return;
        }
        walk.wait(3).attach(&own, more).act(&own, "submit", "已补充对应关系（演示）");
    }
    if fate == Fate::RefusedAtCity {
        walk.wait(6).act(&officer, "city-refuse", "申报事项不在本年度支持的业务期间内（演示）");
        return;
    }
    if fate == Fate::Withdrawn {
        walk.wait(2).act(&own, "withdraw", "改由集团公司统一申报（演示）");
        return;
    }
    let pace = u32::try_from(lots.below(&format!("{subject}/city"), 6)).unwrap_or_default();
    walk.wait(4 + pace).review(&officer, Kind::Review, "pass", "材料齐全，数据与台账一致（演示）");
    // A tenth less, to the fen below; nothing of less than ten fen is in the sample.
    let less = award.fen / 10;
    if lowered && less > 0 {
        walk.lower(&officer, "city-pass", award.fen - less, "其中一张发票已作废，核减该张对应的金额（演示）");
    } else {
        walk.act(&officer, "city-pass", "");
    }
    if fate == Fate::CityPassed {
        return;
    }
    if fate == Fate::SentBack {
        walk.wait(5).act(OFFICER, "province-send-back", "请市级核实收货单位所在地（演示）");
        return;
    }
    if fate == Fate::RefusedAtProvince {
        walk.wait(7).act(OFFICER, "province-refuse", "与上年度已支持的业务重复（演示）");
        return;
    }
    walk.wait(5).act(OFFICER, "province-pass", "");
    if number.is_multiple_of(8) {
        walk.wait(1).review(AUDITOR, Kind::Inspection, "pass", "抽查原件，与系统记录一致（演示）");
    }
    if fate == Fate::ProvincePassed {
        return;
    }
    walk.until(published).take(OFFICER, "publish", "", None, PUBLISHED);
    if fate == Fate::Notice {
        return;
    }
    if matches!(fate, Fate::Objected | Fate::Upheld | Fate::ClosedAfterObjection) {
        walk.wait(3).act(&officer, "object", "有企业反映其进口设备已转售（演示）");
        match fate {
            Fate::Objected => return,
            Fate::Upheld => {
                walk.wait(4).act(SECOND, "uphold", "反映属实，退回重新审核（演示）");
                return;
            }
            _ => {
                walk.wait(3).act(SECOND, "dismiss", "实地核查设备在用，异议不成立（演示）");
            }
        }
    }
    walk.until(awarded).act(OFFICER, "award", "");
    if fate == Fate::Revoked {
        walk.wait(6).act(OFFICER, "revoke", "企业书面放弃本次支持（演示）");
    }
}

/// What follows the payment of an application.
pub(crate) fn settle(
    script: &mut Script<'_>,
    material: &Material<'_>,
    applied: &Applied<'_>,
    paid: jiff::civil::DateTime,
) {
    let key = Key { machine: &machines::APPLICATION, subject: applied.subject(material.year.year) };
    let act =
        |key: Key, action| What::Act { key, action, reason: String::new(), content: None, looked_at: &[] };
    let days = script.days;
    let known = days.later(paid, 1, "settled");
    script.add(known, MAKER, act(key.clone(), "pay"));
    if applied.fate != Fate::Paid {
        let closed = days.later(known, 10, "closed");
        script.add(closed, OFFICER, act(key, "close"));
    }
}
