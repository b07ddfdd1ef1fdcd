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
    ("regions.csv", include_str!("../../../funds/guangdong-trade-2024/regions.csv")),
    TARGET_TABLE,
];

/// Files of a fund folder that are read when they are there.
const READ: [&str; 4] = ["fund.toml", "indicators.toml", "regions.csv", "waivers.toml"];

/// The fund of a folder, or the built-in one.
///
/// # Errors
/// Every fault of the folder, one a line.
pub(crate) fn load(folder: Option<&Path>, lang: Lang) -> Result<Fund, String> {
    let texts = match folder {
        None => BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        Some(folder) => texts(folder, lang)?,
    };
    Fund::parse(&texts).map_err(|faults| {
        let head = match lang {
            Lang::Zh => "资金文件夹有以下问题，请先改正：",
            Lang::En => "The fund folder has these faults; mend them first:",
        };
        let lines: Vec<String> = faults.iter().map(|f| format!("  {f}")).collect();
        format!("{head}\n{}", lines.join("\n"))
    })
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
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_fund_is_sound_and_whole() {
        load(None, Lang::En).expect("the built-in fund is sound");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../funds/guangdong-trade-2024");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder is there")
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        there.sort();
        let built_in: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        assert_eq!(there, built_in, "every file of the folder is built in");
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
