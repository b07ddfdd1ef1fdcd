//! The executable: hands the outside world (arguments, clock, streams) to the library and returns its exit code.

use std::process::ExitCode;

/// Tables are many small texts; an allocator made for them is worth its build when there are ten thousand.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::disallowed_methods, reason = "this is the outermost layer, which alone reads the clock")]
fn main() -> ExitCode {
    let outside = jixiao_cli::Outside {
        today: jiff::Zoned::now().date(),
        now: jiff::Timestamp::now,
        random: |bytes| getrandom::fill(bytes).map_err(|error| error.to_string()),
    };
    jixiao_cli::run(std::env::args_os(), &outside).into()
}
