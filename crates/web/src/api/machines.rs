//! The ways of records and the permissions, as data.

use axum::Json;
use jixiao_core::{
    checks::Text,
    people::{Deed, Role},
    workflow::{Machine, machines},
};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{
    ask::Named,
    problem::{self, Problem},
    route::{Resource, Route, Who, text},
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("machines");
    vec![
        of.get("/api/v1/machines", "list-machines", text("流程", "the ways of records"), Who::Everyone, list)
            .gives::<Machines>(),
        of.get(
            "/api/v1/machines/{machine}",
            "get-machine",
            text("一个流程", "the way of a kind of record"),
            Who::Everyone,
            one,
        )
        .gives::<MachineBody>(),
        of.get(
            "/api/v1/deeds",
            "list-deeds",
            text("事项与角色", "deeds, and the roles that do them"),
            Who::Everyone,
            deeds,
        )
        .gives::<Deeds>(),
    ]
}

/// A text in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Label {
    /// Chinese.
    zh: String,
    /// English.
    en: String,
}

impl From<Text> for Label {
    fn from(text: Text) -> Self {
        Self { zh: text.zh.to_owned(), en: text.en.to_owned() }
    }
}

/// The ways of records.
#[derive(Debug, Serialize, ToSchema)]
pub struct Machines {
    /// In the order of a fund's year.
    machines: Vec<MachineBody>,
}

/// The way of a kind of record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Machine)]
pub struct MachineBody {
    /// Its id.
    id: String,
    /// What goes this way.
    label: Label,
    /// What it takes to read such records, as a code.
    read: String,
    /// The states, in the order of the way.
    states: Vec<StateBody>,
    /// The actions, in the order of the way.
    actions: Vec<ActionBody>,
}

/// Where a record can be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MachineState)]
pub struct StateBody {
    /// Its id.
    id: String,
    /// What it is called.
    label: Label,
    /// Whether the content stands still here.
    locked: bool,
    /// Whether nothing follows.
    end: bool,
    /// The term within which somebody must act, by its name in `workflow.toml`.
    term: Option<String>,
}

/// What takes a record from one state to another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MachineAction)]
pub struct ActionBody {
    /// Its id.
    id: String,
    /// What it is called.
    label: Label,
    /// From these states; from none when it opens a record.
    from: Vec<String>,
    /// To this state.
    to: String,
    /// The permission that it takes, as a code.
    deed: String,
    /// Whether it must be said why.
    needs_reason: bool,
    /// Whoever did one of these actions must not do this one.
    not_by: Vec<String>,
    /// Conditions.
    guards: Vec<GuardBody>,
    /// Whether the amount may be lowered with it, for a reason.
    lowers_amount: bool,
}

/// A condition of an action.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Guard)]
pub struct GuardBody {
    /// Its code: what goes into `confirmed` where the book cannot know it.
    id: String,
    /// What it is called.
    label: Label,
}

/// What it takes to read the records of a way.
pub fn reading(machine: &Machine) -> Deed {
    match machine.id {
        "target-table" | "decomposition" => Deed::ReadTargets,
        "application" | "objection" => Deed::ReadApplications,
        "payment-order" => Deed::ReadPayments,
        "actual" => Deed::ReadActuals,
        "monitoring" => Deed::ReadMonitoring,
        "evaluation" => Deed::ReadEvaluations,
        // Findings and waivers; a way that is not named here is read by whoever oversees, until it is.
        _ => Deed::ReadFindings,
    }
}

/// A way that is named in a request.
#[derive(Clone, Copy, Debug)]
pub struct MachineId(pub &'static Machine);

impl<'de> Deserialize<'de> for MachineId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let id = String::deserialize(from)?;
        machines::find(&id).map(Self).ok_or_else(|| {
            let known = ids().join(", ");
            serde::de::Error::custom(format!("there is no way {id}; there are {known}"))
        })
    }
}

impl PartialSchema for MachineId {
    fn schema() -> RefOr<Schema> {
        let words = ids();
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

impl ToSchema for MachineId {}

/// The ids of all ways.
pub(crate) fn ids() -> Vec<&'static str> {
    machines::ALL.iter().map(|machine| machine.id).collect()
}

fn body(machine: &Machine) -> MachineBody {
    let owned = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    MachineBody {
        id: machine.id.to_owned(),
        label: machine.label.into(),
        read: reading(machine).code().to_owned(),
        states: machine
            .states
            .iter()
            .map(|state| StateBody {
                id: state.id.to_owned(),
                label: state.label.into(),
                locked: state.locked,
                end: state.end,
                term: state.due.map(|due| due.term.to_owned()),
            })
            .collect(),
        actions: machine
            .actions
            .iter()
            .map(|action| ActionBody {
                id: action.id.to_owned(),
                label: action.label.into(),
                from: owned(action.from),
                to: action.to.to_owned(),
                deed: action.deed.code().to_owned(),
                needs_reason: action.needs_reason,
                lowers_amount: action.lowers,
                not_by: owned(action.not_by),
                guards: action
                    .guards
                    .iter()
                    .map(|guard| GuardBody { id: guard.code().to_owned(), label: guard.label().into() })
                    .collect(),
            })
            .collect(),
    }
}

async fn list() -> Json<Machines> {
    Json(Machines { machines: machines::ALL.iter().map(|machine| body(machine)).collect() })
}

async fn one(Named(id): Named<String>) -> Result<Json<MachineBody>, Problem> {
    machines::find(&id).map(|machine| Json(body(machine))).ok_or_else(|| Problem::bare(&problem::NOT_FOUND))
}

/// Everything that can be done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deeds {
    /// In the order of the list of permissions.
    deeds: Vec<DeedBody>,
    /// The roles.
    roles: Vec<RoleBody>,
}

/// Something that can be done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deed)]
pub struct DeedBody {
    /// Its code.
    id: String,
    /// What it is called.
    label: Label,
    /// What it belongs to.
    family: String,
    /// The roles that do it, each in its scope.
    roles: Vec<String>,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Role)]
pub struct RoleBody {
    /// Its code.
    id: String,
    /// What it is called.
    label: Label,
    /// Over what it is held.
    scopes: Label,
}

async fn deeds() -> Json<Deeds> {
    let deed = |deed: &Deed| DeedBody {
        id: deed.code().to_owned(),
        label: deed.label().into(),
        family: deed.family().code().to_owned(),
        roles: deed.roles().iter().map(|role| role.code().to_owned()).collect(),
    };
    let role = |role: &Role| RoleBody {
        id: role.code().to_owned(),
        label: role.label().into(),
        scopes: role.scopes().into(),
    };
    Json(Deeds { deeds: Deed::ALL.iter().map(deed).collect(), roles: Role::ALL.iter().map(role).collect() })
}
