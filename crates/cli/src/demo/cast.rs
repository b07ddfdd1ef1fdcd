//! Who acts in the demo: an account for each role, for each region, and for each enterprise that applies.

use std::collections::BTreeMap;

use jixiao_core::{
    both,
    finding::Both,
    people::{Grant, Person, PersonId, Role, Scope},
};

/// The province's officer who reviews.
pub(crate) const OFFICER: &str = "officer-1";
/// The one who decides objections: nobody who let an application pass does.
pub(crate) const SECOND: &str = "officer-2";
/// Finance: draws payment orders and sends them.
pub(crate) const MAKER: &str = "finance-1";
/// Finance: reviews, and checks what the other drew.
pub(crate) const CHECKER: &str = "finance-2";
/// The reviewer.
pub(crate) const AUDITOR: &str = "auditor-1";
/// Who keeps accounts.
pub(crate) const ADMINISTRATOR: &str = "administrator";

/// The account of a region's officer.
pub(crate) fn city(code: &str) -> String {
    format!("city-{code}")
}

/// The account of an enterprise.
pub(crate) fn enterprise(code: &str) -> String {
    format!("enterprise-{code}")
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The name that is shown.
    pub(crate) shown: String,
    /// The roles.
    pub(crate) grants: Vec<Grant>,
}

/// Everybody, by the name of the account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cast {
    /// Accounts by name.
    pub(crate) members: BTreeMap<String, Member>,
    /// Accounts that a visitor may enter as, in the order in which they are offered, with what each is.
    pub(crate) doors: Vec<(String, Both)>,
}

impl Cast {
    /// The offices of the province, and an officer of each region that is handed in as code and name.
    pub(crate) fn new<'r>(regions: impl IntoIterator<Item = (&'r str, &'r str)>) -> Self {
        let mut cast = Self::default();
        let offices = [
            (
                OFFICER,
                "省级业务经办甲（演示）",
                Role::ProgrammeOfficer,
                both!("省级业务", "province programme officer"),
            ),
            (
                SECOND,
                "省级业务经办乙（演示）",
                Role::ProgrammeOfficer,
                both!("省级业务（处理异议）", "province programme officer, for objections"),
            ),
            (
                MAKER,
                "省级财政经办甲（演示）",
                Role::ProvinceFinance,
                both!("省级财政（制单）", "province finance, maker"),
            ),
            (
                CHECKER,
                "省级财政经办乙（演示）",
                Role::ProvinceFinance,
                both!("省级财政（复核）", "province finance, checker"),
            ),
            (AUDITOR, "评审审计（演示）", Role::Auditor, both!("评审审计", "reviewer and auditor")),
        ];
        for (name, shown, role, door) in offices {
            cast.add(name.to_owned(), shown.to_owned(), Grant::new(role, Scope::Fund));
            cast.doors.push((name.to_owned(), door));
        }
        let own = Grant::new(Role::Administrator, Scope::Nothing);
        cast.add(ADMINISTRATOR.to_owned(), "系统管理（演示）".to_owned(), own);
        cast.doors.push((ADMINISTRATOR.to_owned(), both!("系统管理", "administrator")));
        for (code, name) in regions {
            let grant = Grant::new(Role::CityOfficer, Scope::Region(code.to_owned()));
            cast.add(city(code), format!("{name}经办（演示）"), grant);
        }
        cast
    }

    /// Opens an account, unless there is one of that name.
    pub(crate) fn add(&mut self, name: String, shown: String, grant: Grant) {
        self.members.entry(name).or_insert(Member { shown, grants: vec![grant] });
    }

    /// The account of an enterprise that applies.
    pub(crate) fn add_enterprise(&mut self, code: &str, shown: &str) {
        let grant = Grant::new(Role::Enterprise, Scope::Enterprise(code.to_owned()));
        self.add(enterprise(code), shown.to_owned(), grant);
    }

    /// Everybody as a person with roles.
    ///
    /// # Errors
    /// Roles that do not go together.
    pub(crate) fn people(&self) -> Result<BTreeMap<String, Person>, Vec<Both>> {
        let person = |(name, member): (&String, &Member)| {
            Person::new(PersonId(name.clone()), member.grants.clone()).map(|person| (name.clone(), person))
        };
        self.members.iter().map(person).collect()
    }
}
