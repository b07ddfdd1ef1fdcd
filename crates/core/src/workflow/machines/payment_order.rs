//! A payment order: who draws it does not check it.

use super::super::{
    guard::Guard,
    machine::{Action, Machine, State},
};
use crate::{checks::Text, people::Deed};

/// 支付令.
pub static PAYMENT_ORDER: Machine = Machine {
    id: "payment-order",
    label: Text { zh: "支付令", en: "payment order" },
    states: &[
        State::locked("drawn", "待复核", "drawn").due("payment", Deed::PayCheck),
        State::locked("checked", "待发出", "checked").due("payment", Deed::PaySend),
        State::locked("sent", "已发出", "sent").due("payment", Deed::PaySend),
        State::locked("failed", "未到账", "failed").due("payment", Deed::PayMake),
        State::end("paid", "已到账", "paid"),
        State::end("void", "已作废", "void"),
    ],
    actions: &[
        Action::new("draw", "制单", "draw", &[], "drawn", Deed::PayMake)
            .guards(&[Guard::AmountPresent, Guard::WithinAllocation]),
        Action::new("check", "复核", "check", &["drawn"], "checked", Deed::PayCheck)
            .not_by(&["draw", "redraw"])
            .guards(&[Guard::ReserveHeld]),
        Action::new("reject", "复核不通过", "reject", &["drawn"], "void", Deed::PayCheck)
            .not_by(&["draw", "redraw"])
            .reason(),
        Action::new("send", "发出", "send", &["checked"], "sent", Deed::PaySend)
            .guards(&[Guard::ReserveHeld]),
        Action::new("confirm", "确认到账", "confirm", &["sent"], "paid", Deed::PaySend)
            .guards(&[Guard::ReceiptPresent]),
        Action::new("fail", "登记未到账", "record as failed", &["sent"], "failed", Deed::PaySend).reason(),
        Action::new("redraw", "重新制单", "draw again", &["failed"], "drawn", Deed::PayMake)
            .guards(&[Guard::AmountPresent, Guard::WithinAllocation])
            .reason(),
        Action::new("void", "作废", "void", &["drawn", "checked", "failed"], "void", Deed::PayMake).reason(),
    ],
};
