//! What a field of a form or a filter is chosen from.

use jixiao_web::problem::Problem;

use crate::visit::Visit;

/// One of the things to choose from.
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the one that was chosen.
    pub chosen: bool,
}

impl Choice {
    /// Something to choose; `chosen` is what was chosen, if anything.
    pub fn of(value: &str, label: impl Into<String>, chosen: Option<&str>) -> Self {
        Self { value: value.to_owned(), label: label.into(), chosen: chosen == Some(value) }
    }
}

/// The fund's regions.
///
/// # Errors
/// There are several funds and none is named.
pub fn regions(visit: &Visit, chosen: Option<&str>) -> Result<Vec<Choice>, Problem> {
    let (office, fund) = (visit.office()?, visit.fund()?);
    let all = office.regions.iter().map(|(_, region)| &region.code);
    Ok(all.map(|code| Choice::of(code, fund.region(code, visit.lang), chosen)).collect())
}

/// The fund's schemes.
///
/// # Errors
/// There are several funds and none is named.
pub fn schemes(visit: &Visit, chosen: Option<&str>) -> Result<Vec<Choice>, Problem> {
    let all = visit.fund()?.schemes.iter();
    Ok(all.map(|(id, name)| Choice::of(id, name.get(visit.lang), chosen)).collect())
}
