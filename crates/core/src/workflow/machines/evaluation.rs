//! A self-evaluation: of a region or of the whole.

use super::super::{
    guard::Guard,
    machine::{Action, Machine, State},
};
use crate::{checks::Text, people::Deed};

/// 绩效自评.
pub static EVALUATION: Machine = Machine {
    id: "evaluation",
    label: Text { zh: "绩效自评", en: "evaluation" },
    states: &[
        State::open("draft", "自评中", "draft"),
        State::locked("submitted", "待审核", "submitted").due("evaluation-review", Deed::ReviewEvaluation),
        State::locked("reviewed", "已审核", "reviewed").due("evaluation-review", Deed::PublishEvaluation),
        State::end("published", "已公布", "published"),
        State::end("dropped", "已放弃", "dropped"),
    ],
    actions: &[
        Action::new("open", "开始自评", "draft", &[], "draft", Deed::Evaluate),
        Action::new("edit", "修改", "edit", &["draft"], "draft", Deed::Evaluate),
        Action::new("drop", "放弃", "drop", &["draft"], "dropped", Deed::Evaluate).reason(),
        Action::new("submit", "报送", "submit", &["draft"], "submitted", Deed::Evaluate)
            .guards(&[Guard::SheetComputed, Guard::EvidenceComplete]),
        Action::new("return", "退回", "return", &["submitted"], "draft", Deed::ReviewEvaluation).reason(),
        Action::new("pass", "审核通过", "pass", &["submitted"], "reviewed", Deed::ReviewEvaluation)
            .not_by(&["open", "edit", "submit"])
            .guards(&[Guard::SheetComputed]),
        Action::new("send-back", "发回修改", "send back", &["reviewed"], "draft", Deed::ReviewEvaluation)
            .reason(),
        Action::new("publish", "公布", "publish", &["reviewed"], "published", Deed::PublishEvaluation),
    ],
};
