//! A waiver: somebody signs for a finding of the checks that is meant to stand.

use super::super::machine::{Action, Machine, State};
use crate::{checks::Text, people::Deed};

/// 检查问题的豁免.
pub static WAIVER: Machine = Machine {
    id: "waiver",
    label: Text { zh: "豁免", en: "waiver" },
    states: &[
        State::locked("proposed", "待签批", "proposed").due("target-review", Deed::SignWaiver),
        State::locked("signed", "已签批", "signed"),
        State::end("refused", "不予豁免", "refused"),
        State::end("withdrawn", "已撤回", "withdrawn"),
        State::end("revoked", "已取消", "revoked"),
    ],
    actions: &[
        Action::new("propose", "申请豁免", "propose", &[], "proposed", Deed::ProposeWaiver).reason(),
        Action::new("withdraw", "撤回", "withdraw", &["proposed"], "withdrawn", Deed::ProposeWaiver),
        Action::new("refuse", "不同意", "refuse", &["proposed"], "refused", Deed::SignWaiver).reason(),
        Action::new("sign", "签批", "sign", &["proposed"], "signed", Deed::SignWaiver)
            .not_by(&["propose"])
            .reason(),
        Action::new("revoke", "取消豁免", "revoke", &["signed"], "revoked", Deed::SignWaiver).reason(),
    ],
};
