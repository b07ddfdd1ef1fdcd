use std::{fs, path::PathBuf};

use jiff::{SignedDuration, civil::Date, tz::Offset};
use jixiao_core::{
    audit::{Break, Seal},
    both,
    finding::{Both, Lang},
};
use jixiao_store::{Actor, Fault, Moment, audit::Search};
use serde_json::json;

use crate::{
    Outside,
    args::{AuditArgs, AuditCommand, AuditList, AuditListArgs, AuditSealArgs, ShowFormat},
    commands::{Setting, db::on, print},
    exit::Exit,
    output::write_file,
    render::columns::{Align, columns},
};

pub(super) fn run(setting: &Setting, args: &AuditArgs, outside: &Outside) -> Result<Exit, String> {
    let (lang, url) = (setting.lang, args.at.database.as_str());
    match &args.command {
        AuditCommand::Seal(args) => seal(args, url, lang, outside),
        AuditCommand::Verify(args) => verify(&args.files, lang),
        AuditCommand::List(args) => list(args, url, lang),
    }
}

/// China has one time of day.
const BEIJING: Offset = Offset::constant(8);

/// The moment at which a day begins, so many days later.
fn begins(date: Date, later: i64) -> Result<Moment, String> {
    let wrong = |error: jiff::Error| format!("{date}: {error}");
    let begins = BEIJING.to_timestamp(date.at(0, 0, 0, 0)).map_err(wrong)?;
    let begins = begins.checked_add(SignedDuration::from_hours(24 * later)).map_err(wrong)?;
    Ok(Moment::of(begins))
}

/// A moment as it is read: Beijing time, to the second.
fn shown(at: Moment) -> String {
    let at = at.timestamp().map(|at| BEIJING.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string());
    at.unwrap_or_else(|| "?".to_owned())
}

fn seal(args: &AuditSealArgs, url: &str, lang: Lang, outside: &Outside) -> Result<Exit, String> {
    let through = args.through.map(|day| begins(day, 1)).transpose()?;
    let at = Moment::of((outside.now)());
    let made = on(url, lang, async |database| {
        database.must_be_current().await?;
        match args.again {
            Some(last) => database.seal_again(last).await.map(Some),
            None => database.seal(Actor::new("system", "command-line"), at, through).await,
        }
    })?;
    let Some(seal) = made else {
        eprintln!("{}", both!("没有可以封存的记录", "there is no record to seal").get(lang));
        return Ok(Exit::Clean);
    };
    let text = seal.write();
    let Some(path) = &args.output else {
        print(&text)?;
        return Ok(Exit::Clean);
    };
    let (first, last) = ends(&seal);
    write_file(path, text.as_bytes(), lang).map_err(|error| {
        let next = both!(
            "封存本身已记下，可再写一次：jixiao audit seal --again {last} -o 文件",
            "the seal itself is kept; it can be written again: jixiao audit seal --again {last} -o FILE"
        );
        format!("{error}\n{}", next.get(lang))
    })?;
    let (shown, head) = (path.display(), seal.head());
    print(
        both!(
            "已封存第 {first}—{last} 号记录到 {shown}，链值 {head}\n",
            "records {first} to {last} were sealed into {shown}, link {head}\n"
        )
        .get(lang),
    )?;
    Ok(Exit::Clean)
}

/// Numbers of the first and the last record.
fn ends(seal: &Seal) -> (i64, i64) {
    let number = |record: Option<&jixiao_core::audit::SealedRecord>| record.map_or(0, |record| record.number);
    (number(seal.records.first()), number(seal.records.last()))
}

/// Files alone: each in itself, and each with the one that follows it.
fn verify(files: &[PathBuf], lang: Lang) -> Result<Exit, String> {
    let mut said = String::new();
    let mut sound = true;
    let mut all = Vec::new();
    let mut problems = |said: &mut String, breaks: &[Break]| {
        for found in breaks {
            *said += &format!("  {}\n", found.words().get(lang));
        }
        sound &= breaks.is_empty();
    };
    for file in files {
        let shown = file.display().to_string();
        let bytes = fs::read(file).map_err(|error| format!("{shown}: {error}"))?;
        // What is no text is no seal either; the line is found all the same.
        match Seal::read(&String::from_utf8_lossy(&bytes)) {
            Ok(seal) => all.push((shown, seal)),
            Err(found) => {
                said += &format!("{shown}\n");
                problems(&mut said, &[found]);
            }
        }
    }
    all.sort_by_key(|(_, seal)| ends(seal));
    let mut before: Option<&Seal> = None;
    for (shown, seal) in &all {
        let mut breaks = seal.verify();
        if let Some(before) = before {
            breaks.extend(before.join(seal));
        }
        let (code, chain, head) = (seal.algorithm.code(), &seal.chain, seal.head());
        let (first, last) = ends(seal);
        let verdict = if breaks.is_empty() { both!("无误", "sound") } else { both!("有问题", "broken") };
        said += both!(
            "{shown}：{chain}（{code}）第 {first}—{last} 号，链值 {head}：{zh}\n",
            "{shown}: {chain} ({code}), records {first} to {last}, link {head}: {en}\n",
            zh = verdict.zh,
            en = verdict.en,
        )
        .get(lang);
        problems(&mut said, &breaks);
        before = Some(seal);
    }
    if let Some((_, first)) = all.first().filter(|(_, seal)| !seal.previous.is_empty()) {
        let (from, link) = (ends(first).0, &first.previous);
        said += both!(
            "这些文件从第 {from} 号开始；它之前的记录只由链值 {link} 担保\n",
            "these files begin with record {from}; for what is before it only the link {link} stands\n"
        )
        .get(lang);
    }
    print(&said)?;
    Ok(if sound { Exit::Clean } else { Exit::Findings })
}

fn list(args: &AuditListArgs, url: &str, lang: Lang) -> Result<Exit, String> {
    let search = Search {
        subject: args.subject.clone(),
        who: args.who.clone(),
        deed: None,
        from_number: args.from,
        to_number: args.to,
        from: args.since.map(|day| begins(day, 0)).transpose()?,
        before: args.until.map(|day| begins(day, 1)).transpose()?,
    };
    let said = on(url, lang, async |database| {
        database.must_be_current().await?;
        Ok::<_, Fault>(match args.of {
            AuditList::Records => records(&database.records(&search, args.limit).await?, args.format, lang),
            AuditList::Reads => {
                let below = args.to.map(|to| to.saturating_add(1));
                let (subject, who) = (args.subject.as_deref(), args.who.as_deref());
                reads(&database.readings(subject, who, below, args.limit).await?, args.format, lang)
            }
            AuditList::Seals => seals(&database.seals().await?, args.format, lang),
        })
    })?;
    print(&said)?;
    Ok(Exit::Clean)
}

/// Lines under headings, or a JSON document.
fn table<const N: usize>(
    heading: &[Both; N],
    rows: Vec<([String; N], serde_json::Value)>,
    format: ShowFormat,
    lang: Lang,
) -> String {
    match format {
        ShowFormat::Json => {
            let all: Vec<serde_json::Value> = rows.into_iter().map(|(_, value)| value).collect();
            format!("{:#}\n", serde_json::Value::Array(all))
        }
        ShowFormat::Text => {
            let mut lines = vec![heading.each_ref().map(|both| both.get(lang).to_owned())];
            lines.extend(rows.into_iter().map(|(line, _)| line));
            columns(&lines, &[Align::Left; N], 0)
        }
    }
}

fn records(all: &[jixiao_store::audit::Recorded], format: ShowFormat, lang: Lang) -> String {
    let rows = all.iter().map(|found| {
        let of = &found.record;
        let line = [
            of.number.to_string(),
            shown(Moment(of.at_micros)),
            of.who.clone(),
            of.deed.clone(),
            of.subject.clone(),
            of.reason.clone(),
        ];
        (line, json!({ "record": of, "content": found.content, "link": found.link }))
    });
    let heading = [
        both!("号", "number"),
        both!("时间（北京）", "when (Beijing)"),
        both!("何人", "who"),
        both!("何事", "deed"),
        both!("对象", "subject"),
        both!("理由", "reason"),
    ];
    table(&heading, rows.collect(), format, lang)
}

fn reads(all: &[jixiao_store::audit::Reading], format: ShowFormat, lang: Lang) -> String {
    let rows = all.iter().map(|of| {
        let line =
            [of.id.to_string(), shown(of.at), of.who.clone(), of.subject.clone(), of.fields.clone()];
        let value = json!({
            "number": of.id, "at_micros": of.at, "who": of.who, "origin": of.origin, "subject": of.subject, "fields": of.fields,
        });
        (line, value)
    });
    let heading = [
        both!("号", "number"),
        both!("时间（北京）", "when (Beijing)"),
        both!("何人", "who"),
        both!("对象", "subject"),
        both!("字段", "fields"),
    ];
    table(&heading, rows.collect(), format, lang)
}

fn seals(all: &[jixiao_store::audit::Sealed], format: ShowFormat, lang: Lang) -> String {
    let rows = all.iter().map(|of| {
        let line = [of.first.to_string(), of.last.to_string(), shown(of.at), of.link.clone()];
        (line, json!({ "first": of.first, "last": of.last, "at_micros": of.at, "link": of.link }))
    });
    let heading = [
        both!("自", "first"),
        both!("至", "last"),
        both!("封存时间（北京）", "sealed (Beijing)"),
        both!("链值", "link"),
    ];
    table(&heading, rows.collect(), format, lang)
}
