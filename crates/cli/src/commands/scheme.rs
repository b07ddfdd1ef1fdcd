use std::path::PathBuf;

use jixiao_core::{both, finding::Lang};
use jixiao_engine::{
    fault::Text,
    scheme::{planner, show::show},
};

use crate::{
    args::{SchemeCheckArgs, SchemeCommand, SchemeShowArgs},
    commands::{Setting, print},
    exit::Exit,
    output::write_file,
    render::faults,
    rules::{Rules, Scheme, year},
};

pub(super) fn run(setting: &Setting, command: &SchemeCommand) -> Result<Exit, String> {
    match command {
        SchemeCommand::Check(args) => check(setting, args),
        SchemeCommand::Show(args) => shown(setting, args),
        SchemeCommand::List => list(setting),
    }
}

fn check(setting: &Setting, args: &SchemeCheckArgs) -> Result<Exit, String> {
    let lang = setting.lang;
    let rules = Rules::read(&setting.texts, lang)?;
    let place = setting.place();
    let ledgers = match &rules.ledgers {
        Ok(ledgers) => ledgers,
        Err(all) => {
            print(&faults::all(all, &rules.ledgers_text, &place, lang))?;
            return Ok(Exit::Findings);
        }
    };
    let (mut count, mut said) = (0, String::new());
    let mut one = |scheme: &Scheme, place: &str| {
        let found = rules.check(scheme, ledgers, setting);
        said += &faults::all(&found, &scheme.text, place, lang);
        if found.is_empty() {
            let (id, cycle) = (scheme.id(), setting.fund.cycle);
            let (first, last) = (cycle.first, cycle.last);
            said +=
                both!("{id}：没有问题（{first}—{last}年）\n", "{id}: sound ({first} to {last})\n").get(lang);
            if let Ok(file) = &scheme.file {
                said += &faults::remarks(&planner::remarks(file), &scheme.text, place, lang);
            }
        }
        count += found.len();
    };
    // What ends in .toml is a file, anything else a scheme of the fund.
    let (files, names): (Vec<_>, Vec<_>) = args.schemes.iter().partition(|n| n.ends_with(".toml"));
    if !names.is_empty() || files.is_empty() {
        let names: Vec<String> = names.into_iter().cloned().collect();
        rules.pick(&names, lang)?.into_iter().for_each(|scheme| one(scheme, &place));
    }
    for file in files {
        let text = std::fs::read_to_string(PathBuf::from(file)).map_err(|e| format!("{file}: {e}"))?;
        one(&Scheme::read(Text { name: file.clone(), text }), "");
    }
    if count > 0 {
        said += both!("{count} 个问题\n", "{count} faults\n").get(lang);
    }
    print(&said)?;
    Ok(if count > 0 { Exit::Findings } else { Exit::Clean })
}

fn shown(setting: &Setting, args: &SchemeShowArgs) -> Result<Exit, String> {
    let rules = Rules::read(&setting.texts, setting.lang)?;
    let named = std::slice::from_ref(&args.scheme);
    let picked = rules.pick(named, setting.lang)?;
    let scheme = *picked.first().ok_or_else(|| rules.unknown(&args.scheme, setting.lang))?;
    let plan = rules.plan(scheme, setting, year(setting, args.year)?, &[])?;
    let Ok(file) = &scheme.file else { return Err(rules.unknown(&args.scheme, setting.lang)) };
    let text = show(file, &plan, rules.ledgers(setting)?, setting.lang);
    match &args.output {
        Some(path) => write_file(path, text.as_bytes(), setting.lang)?,
        None => print(&text)?,
    }
    Ok(Exit::Clean)
}

fn list(setting: &Setting) -> Result<Exit, String> {
    let rules = Rules::read(&setting.texts, setting.lang)?;
    let mut said = String::new();
    for scheme in &rules.schemes {
        let label = scheme.file.as_ref().map_or(String::new(), |f| match setting.lang {
            Lang::Zh => f.label.zh.clone(),
            Lang::En => f.label.en.clone(),
        });
        said += &format!("{}  {label}\n", scheme.id());
    }
    print(&said)?;
    Ok(Exit::Clean)
}
