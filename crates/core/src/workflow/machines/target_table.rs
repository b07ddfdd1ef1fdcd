//! The target table of a fund: drafted, reviewed, issued, and amended by the same way while the issued one stays in force.

use super::super::{
    guard::Guard,
    machine::{Action, Machine, State},
};
use crate::{checks::Text, people::Deed};

/// 绩效目标表.
pub static TARGET_TABLE: Machine = Machine {
    id: "target-table",
    label: Text { zh: "绩效目标表", en: "target table" },
    states: &[
        State::open("draft", "草稿", "draft"),
        State::locked("submitted", "待审核", "submitted").due("target-review", Deed::ReviewTargets),
        State::locked("reviewed", "已审核", "reviewed").due("target-issue", Deed::IssueTargets),
        State::locked("issued", "已下达", "issued"),
        State::open("amending", "调整中", "being amended"),
        State::locked("amendment-submitted", "调整待审核", "amendment submitted")
            .due("target-review", Deed::ReviewTargets),
        State::locked("amendment-reviewed", "调整已审核", "amendment reviewed")
            .due("target-issue", Deed::IssueTargets),
        State::end("dropped", "已放弃", "dropped"),
        State::end("closed", "已结束", "closed"),
    ],
    actions: &[
        Action::new("open", "起草", "draft", &[], "draft", Deed::EditTargets),
        Action::new("edit", "修改", "edit", &["draft"], "draft", Deed::EditTargets),
        Action::new("drop", "放弃", "drop", &["draft"], "dropped", Deed::EditTargets).reason(),
        Action::new("submit", "报送", "submit", &["draft"], "submitted", Deed::EditTargets)
            .guards(&[Guard::ChecksClean]),
        Action::new("return", "退回", "return", &["submitted"], "draft", Deed::ReviewTargets).reason(),
        Action::new("pass", "审核通过", "pass", &["submitted"], "reviewed", Deed::ReviewTargets)
            .not_by(&["open", "edit", "submit"])
            .guards(&[Guard::ChecksClean]),
        Action::new("send-back", "发回修改", "send back", &["reviewed"], "draft", Deed::IssueTargets)
            .reason(),
        Action::new("issue", "下达", "issue", &["reviewed"], "issued", Deed::IssueTargets)
            .not_by(&["open", "edit", "submit"]),
        Action::new("amend", "启动调整", "begin an amendment", &["issued"], "amending", Deed::EditTargets)
            .reason(),
        Action::new(
            "edit-amendment",
            "修改调整稿",
            "edit the amendment",
            &["amending"],
            "amending",
            Deed::EditTargets,
        ),
        Action::new(
            "drop-amendment",
            "放弃调整",
            "drop the amendment",
            &["amending"],
            "issued",
            Deed::EditTargets,
        )
        .reason(),
        Action::new(
            "submit-amendment",
            "报送调整",
            "submit the amendment",
            &["amending"],
            "amendment-submitted",
            Deed::EditTargets,
        )
        .guards(&[Guard::ChecksClean]),
        Action::new(
            "return-amendment",
            "退回调整",
            "return the amendment",
            &["amendment-submitted", "amendment-reviewed"],
            "amending",
            Deed::ReviewTargets,
        )
        .reason(),
        Action::new(
            "pass-amendment",
            "调整审核通过",
            "pass the amendment",
            &["amendment-submitted"],
            "amendment-reviewed",
            Deed::ReviewTargets,
        )
        .not_by(&["amend", "edit-amendment", "submit-amendment"])
        .guards(&[Guard::ChecksClean]),
        Action::new(
            "issue-amendment",
            "下达调整",
            "issue the amendment",
            &["amendment-reviewed"],
            "issued",
            Deed::IssueTargets,
        )
        .not_by(&["amend", "edit-amendment", "submit-amendment"]),
        Action::new("close", "结束", "close", &["issued"], "closed", Deed::IssueTargets),
    ],
};
