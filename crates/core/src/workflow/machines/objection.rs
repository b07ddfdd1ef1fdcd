//! An objection to what stands in public notice: filed by an enterprise while the notice runs, decided by somebody who did not let the application pass.

use super::super::{
    guard::Guard,
    machine::{Action, Machine, State},
};
use crate::{checks::Text, people::Deed};

/// 公示异议. It is a record of the enterprise that objects; the application that it is about stands in its subject.
pub static OBJECTION: Machine = Machine {
    id: "objection",
    label: Text { zh: "公示异议", en: "objection" },
    states: &[
        State::open("draft", "草稿", "draft"),
        State::locked("filed", "待处理", "to be decided").due("objection", Deed::DecideObjection),
        State::end("dismissed", "异议不成立", "dismissed"),
        State::end("upheld", "异议成立", "upheld"),
        State::end("withdrawn", "已撤回", "withdrawn"),
    ],
    actions: &[
        Action::new("open", "填写异议", "draft", &[], "draft", Deed::FileObjection)
            .guards(&[Guard::NoticeOpen]),
        Action::new("edit", "修改", "edit", &["draft"], "draft", Deed::FileObjection),
        Action::new("submit", "提出异议", "file", &["draft"], "filed", Deed::FileObjection)
            .guards(&[Guard::GroundsGiven, Guard::NoticeOpen]),
        Action::new(
            "withdraw",
            "撤回异议",
            "withdraw",
            &["draft", "filed"],
            "withdrawn",
            Deed::FileObjection,
        )
        .reason(),
        Action::new("dismiss", "异议不成立", "dismiss", &["filed"], "dismissed", Deed::DecideObjection)
            .guards(&[Guard::OtherHands])
            .reason(),
        Action::new("uphold", "异议成立", "uphold", &["filed"], "upheld", Deed::DecideObjection)
            .guards(&[Guard::OtherHands])
            .reason(),
    ],
};
