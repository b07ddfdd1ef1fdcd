use crate::{args::CompletionsArgs, commands::Setting, exit::Exit};

pub(super) fn run(setting: &Setting, args: &CompletionsArgs) -> Result<Exit, String> {
    let mut command = crate::args::command(setting.lang);
    clap_complete::generate(args.shell, &mut command, "jixiao", &mut std::io::stdout());
    Ok(Exit::Clean)
}
