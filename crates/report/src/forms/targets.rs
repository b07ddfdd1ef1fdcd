//! 绩效目标表, issued again.

use jixiao_core::{
    place::Place,
    table::{ColumnRole, Form, Group, MoneyRole, TargetTable},
};

/// The targets of a table as a form of their own. What a self-evaluation or monitoring form has beside them (results, points, reasons) is left out;
/// regions keep their rows.
pub fn targets(table: &TargetTable) -> TargetTable {
    use ColumnRole::{Category, Comparator, Content, Kind, Name, Region, Serial, Target, Unit};
    let is_kept = |role: ColumnRole| {
        matches!(role, Serial | Category | Kind | Name | Region | Content | Comparator | Target(_) | Unit)
    };
    let is_amount = |role: MoneyRole| matches!(role, MoneyRole::Amount | MoneyRole::InitialBudget);
    let mut form = table.clone();
    if matches!(table.form, Form::SelfEvaluation | Form::Monitoring) {
        form.form = Form::Goal;
        form.titles = vec![super::fill::text("绩效目标表")];
        form.total = None;
        form.notes = Vec::new();
        form.goals.retain(|g| !g.actual);
        form.goal_headings.retain(|(_, _, actual)| !actual);
        form.money_headings.retain(|(_, role)| is_amount(*role));
        form.money.iter_mut().for_each(|row| row.cells.retain(|(role, _)| is_amount(*role)));
        form.columns.retain(|c| is_kept(c.role));
        for indicator in &mut form.indicators {
            indicator.marks.0.retain(|(role, _)| is_kept(*role));
            indicator.regions.iter_mut().for_each(|r| r.marks.0.retain(|(role, _)| is_kept(*role)));
        }
        form.groups = Group::over(&form.indicators);
        form.each_written(&mut |w| w.place = Place::default());
    }
    form
}
