//! The roles, and over what each can be held.

use super::{coded::coded, scope::Scope};
use crate::checks::Text;

coded! {
    /// What somebody is in the fund's work. What a role can do stands in one list: [`super::Deed::roles`].
    Role:
    ProgrammeOfficer "programme-officer" "省级业务" "province programme officer";
    ProvinceFinance "province-finance" "省级财政" "province finance officer";
    CityOfficer "city-officer" "市级" "city officer";
    Auditor "auditor" "评审审计" "reviewer or auditor";
    Enterprise "enterprise" "企业" "enterprise";
    Public "public" "公众" "the public";
    Administrator "administrator" "系统管理" "administrator";
}

impl Role {
    /// Whether the role can be held over a scope.
    pub fn takes(self, scope: &Scope) -> bool {
        match self {
            Self::ProgrammeOfficer | Self::ProvinceFinance => matches!(scope, Scope::Fund),
            Self::CityOfficer => matches!(scope, Scope::Region(_)),
            Self::Auditor => matches!(scope, Scope::Fund | Scope::Region(_)),
            Self::Enterprise => matches!(scope, Scope::Enterprise(_)),
            Self::Public | Self::Administrator => matches!(scope, Scope::Nothing),
        }
    }

    /// The scopes that the role can be held over, in words.
    pub const fn scopes(self) -> Text {
        match self {
            Self::ProgrammeOfficer | Self::ProvinceFinance => {
                Text { zh: "全部资金", en: "the whole fund" }
            }
            Self::CityOfficer => Text { zh: "一个地区及其下级", en: "a region and below" },
            Self::Auditor => Text {
                zh: "全部资金，或一个地区及其下级",
                en: "the whole fund, or a region and below",
            },
            Self::Enterprise => {
                Text { zh: "一家企业自己的记录", en: "one enterprise's own records" }
            }
            Self::Public => {
                Text { zh: "不含任何记录，只看公开信息", en: "no records; what is disclosed" }
            }
            Self::Administrator => Text {
                zh: "不含任何资金记录，只管系统",
                en: "no records of the fund; the system",
            },
        }
    }

    /// Whether one person must not hold both: who applies does not decide, who audits does not act, who runs the system
    /// touches no fund. A rule of this program, not the text of a law. A role goes with itself, and everybody may be the public.
    pub fn excludes(self, other: Self) -> bool {
        let alone = |role| matches!(role, Self::Administrator | Self::Auditor | Self::Enterprise);
        self != other && self != Self::Public && other != Self::Public && (alone(self) || alone(other))
    }
}
