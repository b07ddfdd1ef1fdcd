//! Roles and deeds as Markdown tables.

use std::fmt::Write as _;

use super::{Deed, Reaches, Role};

/// The roles with code, names and scopes.
pub fn roles_markdown() -> String {
    let mut out = String::from("| code | 角色 | role | 范围 | scope |\n| --- | --- | --- | --- | --- |\n");
    for role in Role::ALL {
        let (label, scopes) = (role.label(), role.scopes());
        // Writing to a String does not fail.
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} |",
            role.code(),
            label.zh,
            label.en,
            scopes.zh,
            scopes.en
        );
    }
    out
}

/// Every deed and the roles that do it.
pub fn matrix_markdown() -> String {
    let mut out = String::from("| | 事项 | deed |");
    for role in Role::ALL {
        let _ = write!(out, " {} |", role.label().zh);
    }
    out.push_str("\n| --- | --- | --- |");
    out.push_str(&" :-: |".repeat(Role::ALL.len()));
    out.push('\n');
    for deed in Deed::ALL {
        let _ = write!(out, "| `{}` | {} | {} |", deed.code(), deed.label().zh, deed.label().en);
        for role in Role::ALL {
            let cell = match (deed.roles().contains(role), deed.reaches()) {
                (false, _) => "",
                (true, Reaches::Records) => "●",
                (true, Reaches::Disclosed) => "○",
                (true, Reaches::System) => "◇",
            };
            let _ = write!(out, " {cell} |");
        }
        out.push('\n');
    }
    out
}
