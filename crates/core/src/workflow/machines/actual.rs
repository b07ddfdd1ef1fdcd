//! A reported actual, with its reasons and evidence.

use super::super::{
    guard::Guard,
    machine::{Action, Machine, State},
};
use crate::{checks::Text, people::Deed};

/// 填报的实际完成值.
pub static ACTUAL: Machine = Machine {
    id: "actual",
    label: Text { zh: "实际完成值填报", en: "reported actual" },
    states: &[
        State::open("draft", "草稿", "draft"),
        State::open("returned", "已退回", "returned").due("actual-review", Deed::ReportActual),
        State::locked("submitted", "待审核", "submitted").due("actual-review", Deed::AcceptActual),
        State::locked("accepted", "已采纳", "accepted"),
        State::end("locked", "已锁定", "locked"),
        State::end("dropped", "已放弃", "dropped"),
    ],
    actions: &[
        Action::new("open", "填报", "draft", &[], "draft", Deed::ReportActual),
        Action::new("edit", "修改", "edit", &["draft"], "draft", Deed::ReportActual),
        Action::new("correct", "按退回意见修改", "correct", &["returned"], "returned", Deed::ReportActual),
        Action::new("drop", "放弃", "drop", &["draft", "returned"], "dropped", Deed::ReportActual).reason(),
        Action::new("submit", "报送", "submit", &["draft", "returned"], "submitted", Deed::ReportActual)
            .guards(&[Guard::EvidenceComplete]),
        Action::new("return", "退回", "return", &["submitted"], "returned", Deed::AcceptActual).reason(),
        Action::new("accept", "采纳", "accept", &["submitted"], "accepted", Deed::AcceptActual)
            .not_by(&["open", "edit", "correct", "submit"]),
        Action::new("reopen", "取消采纳", "take back", &["accepted"], "returned", Deed::AcceptActual)
            .reason(),
        Action::new("lock", "锁定", "lock", &["accepted"], "locked", Deed::LockActual),
    ],
};
