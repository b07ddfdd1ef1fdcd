//! What must hold before something can be done, beyond who does it: told by whoever knows the records.

use std::collections::BTreeMap;

use crate::{finding::Both, people::coded};

coded! {
    /// A condition that an action asks about. The book answers it, in the same transaction as the step.
    Guard:
    ChecksClean "checks-clean" "检查无错误" "the checks report no error that is not waived";
    PartsMeetWhole "parts-meet-whole" "分解能保证上级目标" "the decomposition meets the target that it is part of";
    AmountPresent "amount-present" "金额已填写" "the amount is given";
    EvidenceComplete "evidence-complete" "佐证材料齐全" "the evidence is complete";
    ListPublished "list-published" "公示名单已发布" "the list is published";
    NoticeOpen "notice-open" "在公示期内" "the notice still runs";
    GroundsGiven "grounds-given" "已写明异议内容" "it says what is objected to";
    OtherHands "other-hands" "处理人未参与该申报的审核" "whoever decides did not let the application pass";
    NoOpenObjection "no-open-objection" "没有未处理的异议" "no objection is open";
    WithinAllocation "within-allocation" "不超过已分配资金" "within the money that is allocated";
    ReserveHeld "reserve-held" "拨付资金已预留" "the money of the payment is reserved";
    ReceiptPresent "receipt-present" "有银行回单" "the bank's receipt is there";
    PaymentsSettled "payments-settled" "款项已全部到账" "every payment has arrived";
    ReportsIn "reports-in" "各地区已报齐" "every region has reported";
    SheetComputed "sheet-computed" "评分表已生成并附计算过程" "the score sheet is computed, with its derivation";
}

/// What is known of the conditions. A condition that nobody answered does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    answers: BTreeMap<Guard, Option<Both>>,
}

impl Facts {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// A condition holds.
    #[must_use]
    pub fn holds(mut self, guard: Guard) -> Self {
        self.answers.insert(guard, None);
        self
    }

    /// A condition does not hold, and what is missing: which objections, how many fen too much.
    #[must_use]
    pub fn lacks(mut self, guard: Guard, missing: Both) -> Self {
        self.answers.insert(guard, Some(missing));
        self
    }

    /// What is missing for a condition; `None` when it holds.
    pub fn missing(&self, guard: Guard) -> Option<Both> {
        match self.answers.get(&guard) {
            Some(None) => None,
            Some(Some(missing)) => Some(missing.clone()),
            None => Some(Both::new("尚未核实", "nobody has looked yet")),
        }
    }
}
