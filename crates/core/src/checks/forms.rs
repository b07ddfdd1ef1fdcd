//! Titles that name a form, and rows that a form prints without meaning anything by them.

use crate::{place::Written, table::TargetTable};

/// Endings of titles that name a performance form.
const FORMS: [&str; 3] = ["绩效", "自评", "监控"];

/// The titles that name a form, each once: a page break repeats the title, with or without （续）.
pub(super) fn titles_of_forms(table: &TargetTable) -> Vec<&Written> {
    let mut seen: Vec<String> = Vec::new();
    let mut titles = Vec::new();
    for title in &table.titles {
        let name = title.key().replace("(续)", "").replace("续表", "");
        let bare = without_brackets(&name);
        let names_form = bare.ends_with('表') && FORMS.iter().any(|f| bare.contains(f));
        if names_form && !seen.contains(&name) {
            seen.push(name);
            titles.push(title);
        }
    }
    titles
}

/// A title without a year or remark in brackets at its end: `…绩效目标表（2024年度）`.
fn without_brackets(name: &str) -> &str {
    match name.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((head, _)) => head,
        None => name,
    }
}

/// Whether a name says anything: forms print `……` and `—` where a line may be added.
pub(super) fn is_worded(name: &str) -> bool {
    name.chars().any(char::is_alphanumeric)
}

/// Whether more brackets are opened than closed. A stray closing bracket is let pass: `1)` numbers items.
pub(super) fn is_cut_off(name: &Written) -> bool {
    let key = name.key();
    let count = |wanted: &[char]| key.chars().filter(|c| wanted.contains(c)).count();
    count(&['(', '[', '【', '〔', '《']) > count(&[')', ']', '】', '〕', '》'])
}
