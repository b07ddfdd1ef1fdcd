//! What people do, in a real browser: one task each, on the demo's year, each with a picture kept in `target/tmp/shots`.
//!
//! `JIXIAO_TEST_CHROMEDRIVER` names the driver (Debian: `chromium-driver`); without it nothing is done, and that is said. An argument picks tasks by
//! part of their names. The tasks go one after the other on one demo: what one has done the next ones find.

mod driver;
mod looks;
mod tasks;

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    time::Instant,
};

use driver::{Driver, Seen, Tab};

/// The demo as it is served, with the links of its roles.
pub(crate) struct Demo {
    child: Child,
    base: String,
    links: Vec<(String, String)>,
    driver: Driver,
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Demo {
    /// Makes the demo and serves it: at a hundredth of the fund's size, or at the one that `JIXIAO_DEMO_SCALE` names, for pictures.
    fn start(program: &str) -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_jixiao"))
            .args(["demo", "--listen", "127.0.0.1:0", "--scale"])
            .arg(env::var("JIXIAO_DEMO_SCALE").unwrap_or_else(|_| "100".to_owned()))
            .current_dir(&folder)
            .env("JIXIAO_LANG", "zh")
            .env_remove("JIXIAO_DATABASE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.join("log")).map_err(|error| error.to_string())?)
            .spawn()
            .map_err(|error| error.to_string())?;
        let out = child.stdout.take().ok_or("no output")?;
        let (mut base, mut links) = (String::new(), Vec::new());
        for line in BufReader::new(out).lines() {
            let line = line.map_err(|error| error.to_string())?;
            let Some((name, rest)) = line.trim().split_once("：http://") else { continue };
            let (address, _) = rest.split_once('/').ok_or_else(|| format!("{line} is no link"))?;
            base = format!("http://{address}");
            links.push((name.to_owned(), format!("http://{rest}")));
            if name.starts_with("企业")
                && links.iter().filter(|(name, _)| name.starts_with("企业")).count() == 2
            {
                break;
            }
        }
        if links.is_empty() {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            return Err(format!("the demo does not start: {log}"));
        }
        Ok(Self { child, base, links, driver: Driver::start(program)? })
    }

    /// The link of the first role whose name begins like this.
    pub(crate) fn link(&self, role: &str) -> Result<&str, String> {
        let found = self.links.iter().find(|(name, _)| name.starts_with(role));
        found.map(|(_, link)| link.as_str()).ok_or_else(|| format!("there is no link for {role}"))
    }

    /// A window of somebody who has signed in by their link; of the public with an empty name.
    pub(crate) fn enters(&self, role: &str) -> Result<Tab<'_>, String> {
        self.enters_with(role, 1280, true)
    }

    /// The same, so many pixels wide, with or without scripts.
    pub(crate) fn enters_with(&self, role: &str, width: u32, scripts: bool) -> Result<Tab<'_>, String> {
        let tab = self.driver.tab(&self.base, width, scripts)?;
        if !role.is_empty() {
            tab.go(self.link(role)?)?;
        }
        Ok(tab)
    }
}

/// Something that people do.
pub(crate) struct Task {
    /// Its name.
    pub(crate) name: &'static str,
    /// How it is done; what was not as it should be is told.
    pub(crate) done: fn(&Demo) -> Seen,
}

fn main() -> ExitCode {
    let picked: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if env::args().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    let Ok(program) = env::var("JIXIAO_TEST_CHROMEDRIVER") else {
        println!(
            "no browser: JIXIAO_TEST_CHROMEDRIVER names no driver (Debian package chromium-driver); nothing was tested"
        );
        return ExitCode::SUCCESS;
    };
    let demo = match Demo::start(&program) {
        Ok(demo) => demo,
        Err(why) => {
            println!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let wanted =
        |task: &&Task| picked.is_empty() || picked.iter().any(|part| task.name.contains(part.as_str()));
    let (mut passed, mut failed) = (0u32, Vec::new());
    for task in tasks::ALL.iter().chain(looks::ALL).filter(wanted) {
        let began = Instant::now();
        match (task.done)(&demo) {
            Ok(()) => {
                passed += 1;
                println!("task {} ... ok ({} ms)", task.name, began.elapsed().as_millis());
            }
            Err(why) => {
                println!("task {} ... FAILED: {why}", task.name);
                failed.push(task.name);
            }
        }
    }
    println!("{passed} tasks done, {} not: {}", failed.len(), failed.join(", "));
    if failed.is_empty() && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
