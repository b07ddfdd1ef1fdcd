//! A region's decomposition of the targets.

use super::super::{
    guard::Guard,
    machine::{Action, Machine, State},
};
use crate::{checks::Text, people::Deed};

/// 区域绩效目标分解.
pub static DECOMPOSITION: Machine = Machine {
    id: "decomposition",
    label: Text { zh: "区域分解", en: "region's decomposition" },
    states: &[
        State::open("draft", "草稿", "draft"),
        State::locked("submitted", "待审核", "submitted")
            .due("decomposition-review", Deed::ReviewDecomposition),
        State::locked("issued", "已下达", "issued"),
        State::end("dropped", "已放弃", "dropped"),
        State::end("closed", "已结束", "closed"),
    ],
    actions: &[
        Action::new("open", "起草", "draft", &[], "draft", Deed::EditDecomposition),
        Action::new("edit", "修改", "edit", &["draft"], "draft", Deed::EditDecomposition),
        Action::new("drop", "放弃", "drop", &["draft"], "dropped", Deed::EditDecomposition).reason(),
        Action::new("submit", "报送", "submit", &["draft"], "submitted", Deed::EditDecomposition)
            .guards(&[Guard::ChecksClean]),
        Action::new("return", "退回", "return", &["submitted"], "draft", Deed::ReviewDecomposition).reason(),
        Action::new(
            "issue",
            "审核下达",
            "pass and issue",
            &["submitted"],
            "issued",
            Deed::ReviewDecomposition,
        )
        .not_by(&["open", "edit", "submit"])
        .guards(&[Guard::ChecksClean, Guard::PartsMeetWhole]),
        Action::new("amend", "启动调整", "amend", &["issued"], "draft", Deed::ReviewDecomposition).reason(),
        Action::new("close", "结束", "close", &["issued"], "closed", Deed::ReviewDecomposition),
    ],
};
