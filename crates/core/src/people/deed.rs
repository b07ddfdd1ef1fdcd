//! What can be done, and which roles do it: the one list of permissions.

use super::{Role, coded::coded};

coded! {
    /// What a deed belongs to.
    Family:
    Reading "reading" "查看" "reading";
    Targets "targets" "绩效目标" "targets";
    Applications "applications" "申报与核定" "applications and awards";
    Money "money" "资金" "money";
    Results "results" "监控与评价" "monitoring and evaluation";
    Oversight "oversight" "监督" "oversight";
    System "system" "系统" "the system";
}

/// What a deed's target must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaches {
    /// A record in the scope of the role.
    Records,
    /// Anything that has been made public.
    Disclosed,
    /// The system itself.
    System,
}

mod sealed {
    pub trait Sealed {}
}

/// A deed as a value or as a type: [`Deed`], or one of the unit types in [`super::deeds`].
///
/// With a type, a function that needs `&May<deeds::PayCheck>` cannot be called with any other permission.
pub trait Doing: Copy + sealed::Sealed {
    /// Which deed it is.
    fn deed(self) -> Deed;
}

impl sealed::Sealed for Deed {}

impl Doing for Deed {
    fn deed(self) -> Deed {
        self
    }
}

macro_rules! deeds {
    ($($name:ident $code:literal $zh:literal $en:literal $family:ident [$($role:ident)+];)+) => {
        coded! {
            /// Something that can be done in the system.
            Deed: $($name $code $zh $en;)+
        }

        impl Deed {
            /// The roles that do it, each in its scope.
            pub const fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$name => &[$(Role::$role),+],)+
                }
            }

            /// What it belongs to.
            pub const fn family(self) -> Family {
                match self {
                    $(Self::$name => Family::$family,)+
                }
            }
        }

        /// Every deed as a type of its own.
        pub mod types {
            use super::{Deed, Doing, sealed};

            $(
                #[doc = concat!($zh, ": ", $en, ".")]
                #[derive(Clone, Copy, Debug, PartialEq, Eq)]
                pub struct $name;

                impl sealed::Sealed for $name {}

                impl Doing for $name {
                    fn deed(self) -> Deed {
                        Deed::$name
                    }
                }
            )+
        }
    };
}

deeds! {
    ReadDisclosed "read-disclosed" "查看公开信息" "read what is disclosed" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor Enterprise Public Administrator];
    ReadTargets "read-targets" "查看绩效目标" "read targets" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor];
    ReadApplications "read-applications" "查看申报" "read applications" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor Enterprise];
    ReadAwards "read-awards" "查看核定支持" "read awards" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor Enterprise];
    ReadPayments "read-payments" "查看拨付" "read payments" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor Enterprise];
    ReadAccounts "read-accounts" "查看账目" "read accounts and entries" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor];
    ReadActuals "read-actuals" "查看实际完成值" "read reported actuals" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor];
    ReadMonitoring "read-monitoring" "查看运行监控" "read monitoring" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor];
    ReadEvaluations "read-evaluations" "查看绩效评价" "read evaluations" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor];
    ReadSurveys "read-surveys" "查看满意度调查" "read surveys" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor];
    ReadEvidence "read-evidence" "查看佐证材料" "read evidence files" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor Enterprise];
    ReadFindings "read-findings" "查看审计问题与豁免" "read findings and waivers" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor];
    ReadPersonal "read-personal" "查看个人信息" "read personal data" Reading
        [ProgrammeOfficer ProvinceFinance CityOfficer Auditor Enterprise];
    ReadAudit "read-audit" "查看审计记录" "read the audit chain" Reading
        [Auditor];

    EditTargets "edit-targets" "编制绩效目标" "draft target tables" Targets
        [ProgrammeOfficer];
    ReviewTargets "review-targets" "审核绩效目标" "review target tables" Targets
        [ProvinceFinance];
    IssueTargets "issue-targets" "下达绩效目标" "issue target tables" Targets
        [ProvinceFinance];
    EditDecomposition "edit-decomposition" "编制区域分解" "draft a region's decomposition" Targets
        [ProgrammeOfficer CityOfficer];
    ReviewDecomposition "review-decomposition" "审核区域分解" "review a region's decomposition" Targets
        [ProgrammeOfficer];

    FileApplication "file-application" "申报" "file an application" Applications
        [Enterprise];
    ReviewAtCity "review-at-city" "市级审核" "review applications at the city" Applications
        [CityOfficer];
    ReviewAtProvince "review-at-province" "省级审核" "review applications at the province" Applications
        [ProgrammeOfficer];
    PublishNotice "publish-notice" "公示" "give public notice" Applications
        [ProgrammeOfficer];
    FileObjection "file-objection" "对公示提出异议" "object to what is in public notice" Applications
        [Enterprise];
    RecordObjection "record-objection" "登记异议" "record an objection" Applications
        [ProgrammeOfficer CityOfficer];
    DecideObjection "decide-objection" "处理异议" "decide an objection" Applications
        [ProgrammeOfficer];
    RunAwards "run-awards" "测算支持金额" "compute awards" Applications
        [ProgrammeOfficer];
    MakeAward "make-award" "核定支持" "grant awards" Applications
        [ProgrammeOfficer];

    PostBudget "post-budget" "登记预算与分配" "post appropriations and allocations" Money
        [ProvinceFinance];
    PayMake "pay-make" "制作支付令" "draw payment orders" Money
        [ProvinceFinance];
    PayCheck "pay-check" "复核支付令" "check payment orders" Money
        [ProvinceFinance];
    PaySend "pay-send" "发出支付令并登记结果" "send payment orders and record what came of them" Money
        [ProvinceFinance];

    ReportActual "report-actual" "填报实际完成值与原因" "report actuals and reasons" Results
        [ProgrammeOfficer CityOfficer];
    AcceptActual "accept-actual" "审核实际完成值" "accept reported actuals" Results
        [ProgrammeOfficer];
    LockActual "lock-actual" "锁定实际完成值" "lock reported actuals" Results
        [ProgrammeOfficer];
    RunMonitoring "run-monitoring" "组织运行监控" "run a monitoring round" Results
        [ProgrammeOfficer];
    ReviewMonitoring "review-monitoring" "审核运行监控" "review a monitoring round" Results
        [ProvinceFinance];
    RunSurvey "run-survey" "组织满意度调查" "run a survey" Results
        [ProgrammeOfficer];
    Evaluate "evaluate" "绩效自评" "evaluate oneself" Results
        [ProgrammeOfficer CityOfficer];
    ReviewEvaluation "review-evaluation" "审核绩效自评" "review evaluations" Results
        [ProvinceFinance];
    PublishEvaluation "publish-evaluation" "公布评价结果" "publish evaluations" Results
        [ProvinceFinance];
    IssueForms "issue-forms" "出具报表" "issue official forms" Results
        [ProgrammeOfficer ProvinceFinance];

    WriteFinding "write-finding" "提出与核销审计问题" "write and close findings" Oversight
        [Auditor];
    DrawInspection "draw-inspection" "抽取抽查名单" "draw awards for inspection" Oversight
        [ProgrammeOfficer Auditor];
    AnswerFinding "answer-finding" "答复审计问题" "answer findings" Oversight
        [ProgrammeOfficer ProvinceFinance CityOfficer];
    ProposeWaiver "propose-waiver" "申请豁免" "propose waivers" Oversight
        [ProgrammeOfficer CityOfficer];
    SignWaiver "sign-waiver" "签批豁免" "sign waivers" Oversight
        [ProvinceFinance];

    ReadUsers "read-users" "查看用户" "read users" System
        [Administrator];
    ManageUsers "manage-users" "管理用户" "manage users" System
        [Administrator];
    ManageSettings "manage-settings" "管理系统设置" "manage settings" System
        [Administrator];
    ReadSystem "read-system" "查看系统状态" "read the state of the system" System
        [Administrator];
}

impl Deed {
    /// What its target must be.
    pub const fn reaches(self) -> Reaches {
        match (self, self.family()) {
            (Self::ReadDisclosed, _) => Reaches::Disclosed,
            (_, Family::System) => Reaches::System,
            _ => Reaches::Records,
        }
    }
}
