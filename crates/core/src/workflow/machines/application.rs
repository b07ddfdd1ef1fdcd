//! An enterprise's application: city, province, public notice, award, payment.

use super::super::{
    guard::Guard,
    machine::{Action, Machine, State},
};
use crate::{checks::Text, people::Deed};

/// 申报.
pub static APPLICATION: Machine = Machine {
    id: "application",
    label: Text { zh: "申报", en: "application" },
    states: &[
        State::open("draft", "草稿", "draft"),
        State::locked("submitted", "待市级审核", "at the city").due("city-review", Deed::ReviewAtCity),
        State::locked("city-passed", "待省级审核", "at the province")
            .due("province-review", Deed::ReviewAtProvince),
        State::locked("province-passed", "待公示", "to be published")
            .due("province-review", Deed::PublishNotice),
        State::locked("notice", "公示中", "public notice").due("award", Deed::MakeAward),
        State::locked("objected", "异议处理中", "objection open").due("objection", Deed::DecideObjection),
        State::locked("awarded", "已核定", "awarded").due("payment", Deed::PaySend),
        State::locked("paid", "已拨付", "paid"),
        State::end("closed", "已办结", "closed"),
        State::end("refused", "不予支持", "refused"),
        State::end("withdrawn", "已撤回", "withdrawn"),
        State::end("revoked", "已撤销支持", "award revoked"),
    ],
    actions: &[
        Action::new("open", "填写申报", "draft", &[], "draft", Deed::FileApplication),
        Action::new("edit", "修改", "edit", &["draft"], "draft", Deed::FileApplication),
        Action::new("submit", "提交", "submit", &["draft"], "submitted", Deed::FileApplication)
            .guards(&[Guard::AmountPresent, Guard::EvidenceComplete]),
        Action::new(
            "withdraw",
            "撤回申报",
            "withdraw",
            &["draft", "submitted", "city-passed", "province-passed", "notice", "objected"],
            "withdrawn",
            Deed::FileApplication,
        )
        .reason(),
        Action::new("city-return", "市级退回", "return", &["submitted"], "draft", Deed::ReviewAtCity)
            .reason(),
        Action::new("city-refuse", "市级不通过", "refuse", &["submitted"], "refused", Deed::ReviewAtCity)
            .reason(),
        Action::new("city-pass", "市级通过", "pass", &["submitted"], "city-passed", Deed::ReviewAtCity)
            .not_by(&["open", "edit", "submit"])
            .lowers(),
        Action::new(
            "province-send-back",
            "省级发回市级",
            "send back to the city",
            &["city-passed"],
            "submitted",
            Deed::ReviewAtProvince,
        )
        .not_by(&["city-pass"])
        .reason(),
        Action::new(
            "province-return",
            "省级退回企业",
            "return to the enterprise",
            &["city-passed"],
            "draft",
            Deed::ReviewAtProvince,
        )
        .not_by(&["city-pass"])
        .reason(),
        Action::new(
            "province-refuse",
            "省级不通过",
            "refuse",
            &["city-passed"],
            "refused",
            Deed::ReviewAtProvince,
        )
        .not_by(&["city-pass"])
        .reason(),
        Action::new(
            "province-pass",
            "省级通过",
            "pass",
            &["city-passed"],
            "province-passed",
            Deed::ReviewAtProvince,
        )
        .not_by(&["open", "edit", "submit", "city-pass"])
        .guards(&[Guard::AmountPresent])
        .lowers(),
        Action::new(
            "province-reopen",
            "撤回省级意见",
            "take the province's opinion back",
            &["province-passed"],
            "city-passed",
            Deed::ReviewAtProvince,
        )
        .reason(),
        Action::new("publish", "公示", "publish", &["province-passed"], "notice", Deed::PublishNotice)
            .guards(&[Guard::ListPublished]),
        Action::new(
            "object",
            "登记异议",
            "record an objection",
            &["notice", "objected"],
            "objected",
            Deed::RecordObjection,
        )
        .reason(),
        Action::new(
            "dismiss",
            "异议不成立",
            "dismiss the objections",
            &["objected"],
            "notice",
            Deed::DecideObjection,
        )
        .not_by(&["city-pass", "province-pass"])
        .guards(&[Guard::NoOpenObjection])
        .reason(),
        Action::new(
            "uphold",
            "异议成立，重新审核",
            "uphold an objection, review again",
            &["notice", "objected"],
            "city-passed",
            Deed::DecideObjection,
        )
        .not_by(&["city-pass", "province-pass"])
        .reason(),
        Action::new("award", "核定支持", "award", &["notice"], "awarded", Deed::MakeAward)
            .guards(&[Guard::NoOpenObjection, Guard::AmountPresent, Guard::WithinAllocation])
            .wait("publish", "notice"),
        Action::new("revoke", "撤销支持", "revoke the award", &["awarded"], "revoked", Deed::MakeAward)
            .reason(),
        Action::new("pay", "登记已拨付", "record as paid", &["awarded"], "paid", Deed::PaySend)
            .guards(&[Guard::PaymentsSettled]),
        Action::new("close", "办结", "close", &["paid"], "closed", Deed::MakeAward),
    ],
};
