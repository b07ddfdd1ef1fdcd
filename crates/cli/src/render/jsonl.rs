//! One JSON object a line: each finding with its file, then a line for the file.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Checked, Output, Summary, json as whole};

pub(super) struct Jsonl;

impl Output for Jsonl {
    fn file(&mut self, to: &mut dyn Write, checked: &Checked) -> io::Result<()> {
        let mut file = whole::file(checked);
        let findings = file.get_mut("findings").map(Value::take);
        let mut count = 0;
        for mut finding in findings.as_ref().and_then(Value::as_array).cloned().unwrap_or_default() {
            finding["type"] = json!("finding");
            finding["file"] = json!(checked.file);
            writeln!(to, "{finding}")?;
            count += 1;
        }
        file["type"] = json!("file");
        file["findings"] = json!(count);
        writeln!(to, "{file}")
    }

    fn end(&mut self, to: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let mut line = whole::summary(summary);
        line["type"] = json!("summary");
        writeln!(to, "{line}")
    }
}
