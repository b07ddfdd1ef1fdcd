//! The executable: hands the outside world (arguments, clock, streams) to the library and returns its exit code.

use std::process::ExitCode;

/// Tables are many small texts; an allocator made for them is worth its build when there are ten thousand.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::disallowed_methods, reason = "this is the outermost layer, which alone reads the clock")]
fn main() -> ExitCode {
    let today = jiff::Zoned::now().date();
    jixiao_cli::run(std::env::args_os(), today).into()
}
