//! Machines as pictures (Mermaid state diagrams) and tables, for the documentation.

use std::fmt::Write as _;

use super::{machine::Machine, machines, terms::Terms};

/// A machine as a Mermaid state diagram.
pub fn mermaid(machine: &Machine) -> String {
    // A state's id must be one word there.
    let word = |id: &str| id.replace('-', "_");
    let mut out = String::from("stateDiagram-v2\n");
    // Writing to a String does not fail.
    for state in machine.states {
        let _ = writeln!(out, "    state \"{} {}\" as {}", state.label.zh, state.label.en, word(state.id));
    }
    for action in machine.actions {
        let mark = if action.not_by.is_empty() { "" } else { " ≠" };
        let from: Vec<String> = match action.from {
            [] => vec!["[*]".to_owned()],
            list => list.iter().map(|state| word(state)).collect(),
        };
        for from in from {
            let _ = writeln!(out, "    {from} --> {}: {}{mark}", word(action.to), action.label.zh);
        }
    }
    for state in machine.states.iter().filter(|state| state.end) {
        let _ = writeln!(out, "    {} --> [*]", word(state.id));
    }
    out
}

/// Every machine with its picture, its states and its actions, as Markdown.
pub fn page(terms: &Terms) -> String {
    let mut out = String::new();
    for machine in machines::ALL {
        let _ = write!(
            out,
            "### {} · {} (`{}`)\n\n```mermaid\n{}```\n\n",
            machine.label.zh,
            machine.label.en,
            machine.id,
            mermaid(machine)
        );
        states(&mut out, machine, terms);
        actions(&mut out, machine, terms);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn days(terms: &Terms, term: &str) -> String {
    match terms.get(term) {
        Some(setting) if setting.illustrative => format!("{} 工作日*", setting.value),
        Some(setting) => format!("{} 工作日", setting.value),
        None => "—".to_owned(),
    }
}

fn states(out: &mut String, machine: &Machine, terms: &Terms) {
    out.push_str("| state | 状态 | content | due |\n| --- | --- | --- | --- |\n");
    for state in machine.states {
        let content = match (state.end, state.locked) {
            (true, _) => "locked, end",
            (false, true) => "locked",
            (false, false) => "open",
        };
        let due = state
            .due
            .map(|due| format!("{} (`{}`), {}", days(terms, due.term), due.term, due.whose.label().zh));
        let (zh, en) = (state.label.zh, state.label.en);
        let _ = writeln!(out, "| `{}` | {zh} {en} | {content} | {} |", state.id, due.unwrap_or_default());
    }
    out.push('\n');
}

fn actions(out: &mut String, machine: &Machine, terms: &Terms) {
    out.push_str("| action | 操作 | from → to | deed | takes |\n| --- | --- | --- | --- | --- |\n");
    for action in machine.actions {
        let from = if action.from.is_empty() { "—".to_owned() } else { action.from.join(", ") };
        let mut takes = Vec::new();
        if action.needs_reason {
            takes.push("a reason".to_owned());
        }
        if !action.not_by.is_empty() {
            takes.push(format!("nobody who did {}", action.not_by.join(", ")));
        }
        takes.extend(action.guards.iter().map(|guard| format!("`{}`", guard.code())));
        if action.lowers {
            takes.push("a reason if the amount is lowered".to_owned());
        }
        if let Some(wait) = action.wait {
            takes.push(format!("{} after {} (`{}`)", days(terms, wait.term), wait.since, wait.term));
        }
        let (zh, en, to) = (action.label.zh, action.label.en, action.to);
        let takes = takes.join("; ");
        let _ = writeln!(
            out,
            "| `{}` | {zh} {en} | {from} → {to} | `{}` | {takes} |",
            action.id,
            action.deed.code()
        );
    }
    out.push('\n');
}
