//! Stub.
#![allow(missing_docs)]
use crate::{
    batch::{Batch, Table, Texts},
    schema::Ledger,
};
use jixiao_core::finding::Both;
pub enum Input {
    File(std::fs::File),
    Bytes(Vec<u8>),
}
pub struct Source {
    pub name: String,
    pub input: Input,
}
pub trait Watch: Sync {
    fn bytes(&self, _read: u64) {}
}
#[derive(Debug, Clone)]
pub struct FileReport {
    pub name: String,
}
#[derive(Debug, Clone)]
pub struct SetAside;
#[derive(Debug)]
pub struct IntakeError;
impl IntakeError {
    pub fn text(&self) -> Both {
        Both::default()
    }
}
pub enum Stop<E> {
    Intake(IntakeError),
    Each(E),
}
pub struct Scan<R> {
    pub results: Vec<R>,
    pub files: Vec<FileReport>,
    pub set_aside: Vec<SetAside>,
}
pub fn scan<S, R: Send, E: Send>(
    _ledger: &Ledger,
    _sources: Vec<Source>,
    _wanted: &[bool],
    _threads: usize,
    _watch: &dyn Watch,
    _start: &(dyn Fn() -> S + Sync),
    _each: &(dyn Fn(&mut S, &Batch, &mut Texts) -> Result<R, E> + Sync),
) -> Result<Scan<R>, Stop<E>> {
    Err(Stop::Intake(IntakeError))
}
pub struct Loaded {
    pub table: Table,
    pub files: Vec<FileReport>,
    pub set_aside: Vec<SetAside>,
}
pub fn load(
    _ledger: &Ledger,
    _sources: Vec<Source>,
    _threads: usize,
    _watch: &dyn Watch,
) -> Result<Loaded, IntakeError> {
    Err(IntakeError)
}
