//! A finding of a reviewer or auditor, answered by those whom it is about.

use super::super::{
    guard::Guard,
    machine::{Action, Machine, State},
};
use crate::{checks::Text, people::Deed};

/// 评审、审计提出的问题.
pub static FINDING: Machine = Machine {
    id: "finding",
    label: Text { zh: "审计问题", en: "finding" },
    states: &[
        State::locked("open", "待答复", "open").due("finding-answer", Deed::AnswerFinding),
        State::locked("answered", "已答复", "answered").due("finding-answer", Deed::WriteFinding),
        State::end("closed", "已核销", "closed"),
        State::end("retracted", "已撤回", "retracted"),
    ],
    actions: &[
        Action::new("write", "提出问题", "write", &[], "open", Deed::WriteFinding).reason(),
        Action::new("retract", "撤回问题", "retract", &["open"], "retracted", Deed::WriteFinding).reason(),
        Action::new("answer", "答复", "answer", &["open"], "answered", Deed::AnswerFinding)
            .guards(&[Guard::EvidenceComplete])
            .reason(),
        Action::new("reject", "答复不充分", "reject the answer", &["answered"], "open", Deed::WriteFinding)
            .reason(),
        Action::new("close", "核销", "close", &["answered"], "closed", Deed::WriteFinding)
            .not_by(&["answer"])
            .reason(),
    ],
};
