use crate::{
    args::ConvertArgs,
    commands::Setting,
    exit::Exit,
    input,
    output::{TableFormat, table_bytes, write_file},
};

pub(super) fn run(setting: &Setting, args: &ConvertArgs) -> Result<Exit, String> {
    let format = TableFormat::of(&args.output, setting.lang)?;
    let name = input::display_name(&args.file);
    let document = input::document(&args.file, &setting.fund)
        .map_err(|e| format!("{name}: {}", e.text(setting.lang)))?;
    if document.table.indicators.is_empty() {
        let why = setting.say(
            "没有读出任何指标，没有可以重新出具的表",
            "no indicator was understood; there is no table to re-issue",
        );
        return Err(format!("{name}: {why}"));
    }
    write_file(&args.output, &table_bytes(&document, format)?, setting.lang)?;
    let (n, shown) = (document.table.indicators.len(), args.output.display());
    println!(
        "{}",
        setting.say(&format!("已写出 {shown}（{n} 个指标）"), &format!("wrote {shown} ({n} indicators)"))
    );
    for cell in &document.table.unread {
        let place = document.grid.name(cell.place);
        let place = place.get(setting.lang);
        let text = cell.text.trim();
        eprintln!(
            "{}",
            setting.say(
                &format!("{name} {place}：未识别“{text}”，已保留在表下的备注中"),
                &format!(
                    "{name} {place}: {text:?} was not understood; it is kept in a remark below the table"
                ),
            )
        );
    }
    Ok(Exit::Clean)
}
