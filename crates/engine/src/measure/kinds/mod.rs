//! How indicators are measured, a file for each kind. What regions report is in `reports`, what beneficiaries answer in `survey`.

mod completed;
mod graded;
mod ratio;
mod term;
mod within;

pub use graded::reaches_first_grade;
