//! What is said of a scheme, piece by piece, and the same as Markdown.

use std::fmt::Write as _;

use jixiao_core::finding::Lang;

/// A piece of what is said of a scheme, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A heading.
    Heading {
        /// 1 for the scheme, 2 for a class, 3 for a stage of it.
        level: usize,
        /// What it says.
        text: String,
    },
    /// A sentence.
    Text {
        /// What it says.
        text: String,
        /// What it rests on.
        notes: Vec<Note>,
    },
    /// A condition, a step, a look-up.
    Item(Item),
    /// Values that regions have of their own.
    Table {
        /// Headings.
        columns: Vec<String>,
        /// Rows, as many cells as there are columns.
        rows: Vec<Vec<String>>,
    },
}

/// A condition, a step, a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number where the order counts, from 1.
    pub number: Option<usize>,
    /// Whether its name is the scheme's own.
    pub strong: bool,
    /// What it is called.
    pub label: String,
    /// What it says, in words.
    pub text: String,
    /// The expression as the scheme writes it.
    pub code: Option<String>,
    /// What stands beside it, in this order.
    pub notes: Vec<Note>,
}

/// What stands beside a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// What an applicant is told when it does not hold.
    Refusal {
        /// When.
        label: String,
        /// What is told.
        text: String,
    },
    /// The clause that it comes from.
    Clause {
        /// The clause's id.
        id: String,
        /// How sure: A, B, C, D.
        certainty: char,
        /// The same in a word.
        sure: String,
        /// What it says.
        text: String,
        /// Where it stands.
        source: String,
    },
    /// A parameter with a value that is in force.
    Value {
        /// The parameter's name.
        label: String,
        /// The value with its unit.
        value: String,
        /// When it is in force; always, without.
        dates: Option<String>,
        /// Where it comes from.
        source: String,
        /// Whether its text was not found.
        illustrative: bool,
    },
    /// A parameter of which regions have values of their own.
    Regional {
        /// The parameter's name.
        label: String,
        /// How many of them.
        text: String,
    },
}

/// Pieces as Markdown. Their texts hold nothing that Markdown would take for its own.
pub(super) fn markdown(pieces: &[Piece], lang: Lang) -> String {
    let mut out = String::new();
    let colon = match lang {
        Lang::Zh => "：",
        Lang::En => ": ",
    };
    for (at, piece) in pieces.iter().enumerate() {
        // Writing to a text cannot fail.
        let _ = match piece {
            Piece::Heading { level, text } => {
                let blank = if out.is_empty() { "" } else { "\n" };
                writeln!(out, "{blank}{} {text}\n", "#".repeat(*level))
            }
            Piece::Text { text, notes } => {
                let _ = writeln!(out, "{text}");
                below(notes, colon, lang, &mut out);
                // A list under a sentence wants a blank line.
                let blank = matches!(pieces.get(at + 1), Some(Piece::Item(_)));
                write!(out, "{}", if blank { "\n" } else { "" })
            }
            Piece::Item(item) => {
                let mark = item.number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
                let bold = if item.strong { "**" } else { "" };
                let code = item.code.as_ref().map_or(String::new(), |code| {
                    // A backtick cannot stand in an expression.
                    format!(" `{}`", code.replace('`', "'"))
                });
                let _ = writeln!(out, "{mark} {bold}{}{bold}{colon}{}{code}", item.label, item.text);
                below(&item.notes, colon, lang, &mut out);
                Ok(())
            }
            Piece::Table { columns, rows } => {
                let _ = writeln!(out, "| {} |\n|{}", columns.join(" | "), " --- |".repeat(columns.len()));
                rows.iter().try_for_each(|row| writeln!(out, "| {} |", row.join(" | ")))
            }
        };
    }
    out
}

fn below(notes: &[Note], colon: &str, lang: Lang, out: &mut String) {
    for note in notes {
        // Writing to a text cannot fail.
        let _ = match note {
            Note::Refusal { label, text } | Note::Regional { label, text } => {
                writeln!(out, "   - {label}{colon}{text}")
            }
            Note::Clause { id, certainty, sure, text, source } => match lang {
                Lang::Zh => writeln!(out, "   - 条款 {id}（{certainty}，{sure}）：{text}——{source}"),
                Lang::En => writeln!(out, "   - Clause {id} ({certainty}, {sure}): {text} — {source}"),
            },
            Note::Value { label, value, dates, source, illustrative } => {
                let joint = if lang == Lang::Zh { "，" } else { ", " };
                let dates = dates.as_ref().map_or(String::new(), |dates| format!("{joint}{dates}"));
                let from = if lang == Lang::Zh { "出处：" } else { "source: " };
                let mark = match (illustrative, lang) {
                    (false, _) => "",
                    (true, Lang::Zh) => " **［示意］**",
                    (true, Lang::En) => " **(illustrative)**",
                };
                writeln!(out, "   - {label} = {value}{dates}{joint}{from}{source}{mark}")
            }
        };
    }
}
