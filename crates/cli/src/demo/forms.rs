//! Official forms of the year that were published, as issued.

use super::{
    Material,
    cast::{MAKER, OFFICER},
    script::{Script, What},
};

/// Issues the forms of the whole and of each region, where the published folder holds them.
pub(crate) fn write(script: &mut Script<'_>, material: &Material<'_>) {
    let days = script.days;
    let month = i8::try_from(material.monitoring.month).unwrap_or(7).clamp(1, 11);
    let issued = [
        ("targets", MAKER, days.on(0, 2, 8)),
        ("regional-targets", OFFICER, days.on(0, 4, 10)),
        ("monitoring", OFFICER, days.on(0, month + 1, 28)),
        ("self-evaluation", OFFICER, days.on(1, 3, 26)),
        ("regional-self-evaluation", OFFICER, days.on(1, 3, 27)),
    ];
    for (form, who, day) in issued {
        let regions = material.regions().into_iter().map(|(id, code, _)| (Some(id), code));
        for (region, code) in std::iter::once((None, String::new())).chain(regions) {
            if let Some(file) = material.form(form, region) {
                // The same day's forms are issued in one go.
                let at = days.at(day, &format!("issued/{form}"));
                script.add(at, who, What::Issue { form, region: code, file });
            }
        }
    }
}
