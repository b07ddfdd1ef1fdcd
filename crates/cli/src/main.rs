//! The executable: hands the outside world (arguments, clock, streams) to the library and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let today = jiff::Zoned::now().date();
    jixiao_cli::run(std::env::args_os(), today).into()
}
