//! A round of monitoring (双监控) at a month.

use super::super::{
    guard::Guard,
    machine::{Action, Machine, State},
};
use crate::{checks::Text, people::Deed};

/// 绩效运行监控.
pub static MONITORING: Machine = Machine {
    id: "monitoring",
    label: Text { zh: "绩效运行监控", en: "monitoring round" },
    states: &[
        State::open("collecting", "收集数据", "collecting").due("monitoring", Deed::RunMonitoring),
        State::locked("submitted", "待审核", "submitted").due("monitoring", Deed::ReviewMonitoring),
        State::locked("issued", "已下发整改", "issued, to be put right")
            .due("monitoring", Deed::RunMonitoring),
        State::end("closed", "已结束", "closed"),
        State::end("cancelled", "已取消", "cancelled"),
    ],
    actions: &[
        Action::new("open", "启动监控", "open the round", &[], "collecting", Deed::RunMonitoring),
        Action::new(
            "edit",
            "更新监控表",
            "update the forms",
            &["collecting"],
            "collecting",
            Deed::RunMonitoring,
        ),
        Action::new("cancel", "取消", "cancel", &["collecting"], "cancelled", Deed::RunMonitoring).reason(),
        Action::new("submit", "报送监控表", "submit", &["collecting"], "submitted", Deed::RunMonitoring)
            .guards(&[Guard::ReportsIn]),
        Action::new("return", "退回", "return", &["submitted"], "collecting", Deed::ReviewMonitoring)
            .reason(),
        Action::new(
            "issue",
            "审核并下发整改",
            "pass and issue",
            &["submitted"],
            "issued",
            Deed::ReviewMonitoring,
        )
        .not_by(&["open", "edit", "submit"]),
        Action::new("close", "整改完成", "put right and close", &["issued"], "closed", Deed::RunMonitoring)
            .reason(),
    ],
};
