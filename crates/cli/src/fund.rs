//! The fund: the one built in, or a folder.

use std::{collections::BTreeMap, path::Path};

use jixiao_core::{
    finding::Lang,
    fund::{FolderTexts, Fund},
};

/// The published target table of the built-in fund.
pub(crate) const TARGET_TABLE: (&str, &str) =
    ("target-table.txt", include_str!("../../../funds/guangdong-trade-2024/target-table.txt"));

/// The built-in fund's folder. A test compares the list with the folder.
const BUILT_IN: &[(&str, &str)] = &[
    ("fund.toml", include_str!("../../../funds/guangdong-trade-2024/fund.toml")),
    ("indicators.toml", include_str!("../../../funds/guangdong-trade-2024/indicators.toml")),
    ("ledgers.toml", include_str!("../../../funds/guangdong-trade-2024/ledgers.toml")),
    ("monitoring.toml", include_str!("../../../funds/guangdong-trade-2024/monitoring.toml")),
    ("regions.csv", include_str!("../../../funds/guangdong-trade-2024/regions.csv")),
    ("sample.toml", include_str!("../../../funds/guangdong-trade-2024/sample.toml")),
    (
        "schemes/import-bases.toml",
        include_str!("../../../funds/guangdong-trade-2024/schemes/import-bases.toml"),
    ),
    (
        "schemes/import-interest.toml",
        include_str!("../../../funds/guangdong-trade-2024/schemes/import-interest.toml"),
    ),
    (
        "schemes/premium-support.toml",
        include_str!("../../../funds/guangdong-trade-2024/schemes/premium-support.toml"),
    ),
    ("survey.toml", include_str!("../../../funds/guangdong-trade-2024/survey.toml")),
    TARGET_TABLE,
    ("tiles.toml", include_str!("../../../funds/guangdong-trade-2024/tiles.toml")),
];

/// Files of a fund folder that are read when they are there.
const READ: [&str; 13] = [
    "calendar.toml",
    "evaluation.toml",
    "fund.toml",
    "indicators.toml",
    "ledgers.toml",
    "monitoring.toml",
    "regions.csv",
    "sample.toml",
    "survey.toml",
    "tiles.toml",
    "waivers.toml",
    TARGET_TABLE.0,
    "workflow.toml",
];

/// Sub-folders of which every file with one of these endings is read: schemes, and what an office writes on the pages of reports and forms.
const SUB_FOLDERS: [(&str, &[&str]); 2] = [("schemes", &["toml"]), (REPORT, &["typ", "svg", "toml"])];

/// The sub-folder of a fund's own templates and words.
pub(crate) const REPORT: &str = "report";

/// The fund of a folder, or the built-in one, with the texts that it was read from.
///
/// # Errors
/// Every fault of the folder, one a line.
pub(crate) fn load(folder: Option<&Path>, lang: Lang) -> Result<(Fund, FolderTexts), String> {
    let texts = match folder {
        None => BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        Some(folder) => texts(folder, lang)?,
    };
    let fund = Fund::parse(&texts).map_err(|faults| {
        let head = match lang {
            Lang::Zh => "资金文件夹有以下问题，请先改正：",
            Lang::En => "The fund folder has these faults; mend them first:",
        };
        let lines: Vec<String> = faults.iter().map(|f| format!("  {f}")).collect();
        format!("{head}\n{}", lines.join("\n"))
    })?;
    Ok((fund, texts))
}

fn texts(folder: &Path, lang: Lang) -> Result<FolderTexts, String> {
    if !folder.is_dir() {
        let shown = folder.display();
        return Err(match lang {
            Lang::Zh => format!("{shown} 不是文件夹；--fund 要给出含有 fund.toml 的文件夹"),
            Lang::En => format!("{shown} is no folder; --fund wants the folder that holds fund.toml"),
        });
    }
    let mut texts = BTreeMap::new();
    for name in READ {
        let path = folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => drop(texts.insert(name.to_owned(), text)),
            // Which files a folder must have is the fund's business; it says so with the other faults.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{}: {error}", path.display())),
        }
    }
    for (sub, endings) in SUB_FOLDERS {
        let names = below(folder, sub, endings)
            .map_err(|error| format!("{}: {error}", folder.join(sub).display()))?;
        for name in names {
            let path = folder.join(&name);
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            texts.insert(name, text);
        }
    }
    Ok(texts)
}

/// The files of a sub-folder with one of these endings, as `schemes/NAME.toml`. None when there is no such sub-folder.
fn below(folder: &Path, sub: &str, endings: &[&str]) -> std::io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder.join(sub)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // Editors leave other files beside the one that is edited.
        let ending = Path::new(&name).extension();
        if !name.starts_with('.') && ending.is_some_and(|e| endings.iter().any(|known| e == *known)) {
            names.push(format!("{sub}/{name}"));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_fund_is_sound_and_whole() {
        load(None, Lang::En).expect("the built-in fund is sound");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../funds/guangdong-trade-2024");
        let mut there: Vec<String> = Vec::new();
        let mut open = vec![folder.clone()];
        while let Some(inner) = open.pop() {
            for entry in std::fs::read_dir(inner).expect("the folder is there") {
                let path = entry.expect("an entry").path();
                let name =
                    path.strip_prefix(&folder).expect("it lies in the folder").to_string_lossy().into_owned();
                if path.is_dir() { open.push(path) } else { there.push(name) }
            }
        }
        there.sort();
        let built_in: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        assert_eq!(there, built_in, "every file of the folder is built in");
        // What a person hands in as a folder is what is built in.
        let read = texts(&folder, Lang::En).expect("it can be read");
        for (name, text) in BUILT_IN {
            assert_eq!(read.get(*name).map(String::as_str), Some(*text), "{name}");
        }
        assert_eq!(read.len(), BUILT_IN.len());
    }

    #[test]
    fn a_folder_with_faults_lists_them_all() {
        let texts = BTreeMap::from([
            ("fund.toml".to_owned(), "id = 3".to_owned()),
            (
                "regions.csv".to_owned(),
                "code,name,parent,kind,aliases,in_scope,reason\n1,甲市,,village,,yes,\n".to_owned(),
            ),
        ]);
        let faults = Fund::parse(&texts).expect_err("faulty");
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|f| f.starts_with("fund.toml:1:")), "{said:?}");
        assert!(
            said.iter().any(|f| f.starts_with("indicators.toml: the fund folder has no such file")),
            "{said:?}"
        );
        assert!(said.iter().any(|f| f.starts_with("regions.csv")), "{said:?}");
    }
}
