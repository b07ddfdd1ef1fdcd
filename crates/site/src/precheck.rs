//! What an enterprise's own lines would come to before it applies with them. Who has the ledgers looks; the pages only ask.
//!
//! Nothing in here is of anybody but the enterprise that asks: of a row that somebody else claims only that it is claimed elsewhere.

use jixiao_core::finding::Both;

/// Lines that are brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// The scheme's id.
    pub scheme: String,
    /// The class that they are claimed in.
    pub class: String,
    /// The fund year.
    pub year: i16,
    /// The credit code of the enterprise that claims them.
    pub enterprise: String,
    /// What the file is called.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A clause that something rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// What it says.
    pub text: Both,
    /// Where it stands.
    pub source: String,
    /// How sure: A, B, C, D.
    pub certainty: char,
}

/// A cell of the file, or a row of it, that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// The row as a person counts.
    pub row: u32,
    /// The column's heading; none of the row as a whole.
    pub column: Option<Both>,
    /// What stands there.
    pub value: String,
    /// What is wrong, and what to do.
    pub reason: Both,
}

/// A condition of the enterprise itself, as the register answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is asked.
    pub label: Both,
    /// Whether it holds; none where the register does not know the enterprise.
    pub holds: Option<bool>,
    /// Why what fails it is refused.
    pub reason: Both,
    /// The clause.
    pub clause: Option<Grounds>,
    /// What the register says: heading and value.
    pub said: Vec<(Both, Both)>,
    /// Whether a rule that was not found had a part in it.
    pub illustrative: bool,
}

/// A line that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The row as a person counts.
    pub row: u32,
    /// What tells it from others: values of the columns of [`Looked::key`].
    pub key: Vec<String>,
    /// What it would be worth, in 元 with all digits; empty where that could not be computed.
    pub yuan: String,
    /// Why it is refused, with the clause; none when it counts.
    pub refused: Option<(Both, Option<Grounds>)>,
}

/// What a line repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Another row of the file.
    File(u32),
    /// A row that the enterprise claimed before.
    Own,
    /// A row that is claimed elsewhere: nothing more is told.
    Elsewhere,
    /// A row of a ledger of earlier claims, by its name: nothing more is told.
    Earlier(Both),
}

/// A line that is there twice, or looks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Double {
    /// The row as a person counts.
    pub row: u32,
    /// Whether a person decides; otherwise the line is refused.
    pub person: bool,
    /// The rule's name.
    pub label: Both,
    /// What it says to the applicant.
    pub reason: Both,
    /// What it repeats.
    pub whose: Whose,
}

/// Money that the rule takes off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Less {
    /// By what.
    pub label: Both,
    /// How many rows; 0 where it is not done by row.
    pub rows: u64,
    /// How much, in 元 with all digits.
    pub yuan: String,
    /// The clause.
    pub clause: Option<Grounds>,
}

/// A parameter in force whose text was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Illustrative {
    /// Its name.
    pub label: Both,
    /// Where its value comes from.
    pub source: String,
}

/// What lines come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Rows in.
    pub rows: u64,
    /// Rows taken; the others were set aside.
    pub taken: u64,
    /// Headings that the ledger does not have: those columns were not read.
    pub unread: Vec<String>,
    /// What was set aside.
    pub set_aside: Vec<Aside>,
    /// Rows of other enterprises, which were not looked at.
    pub strange: Vec<u32>,
    /// The headings of [`Line::key`], with the ledger's own word for each column.
    pub key: Vec<(String, Both)>,
    /// Division code of the enterprise's region, as the register has it.
    pub region: Option<String>,
    /// The rows that were taken and are the enterprise's.
    pub lines: Vec<Line>,
    /// Lines that are there twice, or look it.
    pub doubles: Vec<Double>,
    /// The enterprise's conditions.
    pub standing: Vec<Standing>,
    /// What all its lines would be worth, in 元 with all digits.
    pub claimed: String,
    /// The same to the fen.
    pub claimed_fen: i64,
    /// What is taken off, by name.
    pub less: Vec<Less>,
    /// What it comes to before the fund's money is shared out, in fen.
    pub fen: i64,
    /// How many lines count.
    pub counted: u64,
    /// Why everything is refused together; none when it is not.
    pub refused_whole: Option<Both>,
    /// Parameters in force whose text was not found.
    pub illustrative: Vec<Illustrative>,
}

impl Looked {
    /// Whether a condition of the enterprise fails, or is not known.
    pub fn stands(&self) -> bool {
        self.standing.iter().all(|one| one.holds == Some(true))
    }
}

/// A line of an enterprise that the ledgers hold and the rule refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The class's name.
    pub class: Both,
    /// Headings and values that tell the line from others.
    pub key: Vec<(Both, String)>,
    /// What it would be worth, in 元 with all digits; empty where that could not be computed.
    pub yuan: String,
    /// Why.
    pub reason: Both,
    /// The clause.
    pub clause: Option<Grounds>,
}

/// In which form a file of headings is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An Excel workbook, with what each column holds on a second sheet.
    Xlsx,
    /// Comma-separated text.
    Csv,
}

/// Looks at lines beside the fund's ledgers. Everything in here reads files and computes: it is called where waiting harms nobody.
pub trait Precheck: Send + Sync {
    /// What lines come to.
    ///
    /// # Errors
    /// The file cannot be read, with all that is wrong with it, or the fund's ledgers cannot: what to do.
    fn look(&self, brought: &Brought) -> Result<Looked, Both>;

    /// The conditions of an enterprise that the register answers, of all classes of a scheme.
    ///
    /// # Errors
    /// There is no such scheme, or the fund's ledgers cannot be read.
    fn standing(&self, scheme: &str, year: i16, enterprise: &str) -> Result<Vec<Standing>, Both>;

    /// An enterprise's lines in the fund's ledgers that the rule refuses: at most `most` of them, and how many there are.
    ///
    /// # Errors
    /// There is no such scheme, or the fund's ledgers cannot be read.
    fn refused(
        &self,
        scheme: &str,
        year: i16,
        enterprise: &str,
        most: usize,
    ) -> Result<(Vec<Refused>, usize), Both>;

    /// A file with the headings of a class's ledger and no rows; its bytes. English headings are the ledger's own words.
    ///
    /// # Errors
    /// There is no such class.
    fn template(&self, scheme: &str, class: &str, form: Form, chinese: bool) -> Result<Vec<u8>, Both>;
}
