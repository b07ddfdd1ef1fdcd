//! The help texts in Chinese. A test walks the command line and insists that none is missing.

use clap::Command;

/// Texts by command and argument: the command's own text stands under the empty argument; a command of a command is named by both.
const TEXTS: &[(&str, &str, &str)] = &[
    ("jixiao", "", "读取、校验、修复并按官方版式重新出具财政专项资金绩效目标表"),
    ("jixiao", "lang", "输出语言：zh 中文，en 英文"),
    ("jixiao", "fund", "定义资金的文件夹；不给则用内置的资金"),
    ("jixiao", "today", "判断豁免是否到期的日期（YYYY-MM-DD）；不给则为今天"),
    ("run", "", "在资金和虚构的一年上走完整个流程：目标表、台账、核定、监控、自评、报表和报告，写入 out/"),
    ("run", "output", "写入的文件夹"),
    ("run", "scale", "示例台账为资金真实规模的几分之一"),
    ("check", "", "校验目标表，逐条列出问题：位置、两个数字、原因、下一步"),
    ("check", "files", "要校验的表（.txt .csv .docx .xlsx .xls .pdf .json）；- 表示标准输入"),
    (
        "check",
        "format",
        "输出格式：text 文字，json，jsonl，sarif，junit，csv 清单，github 注释，xlsx 带批注的原表",
    ),
    ("check", "output", "写入文件而不是标准输出；xlsx 必须给出"),
    ("check", "only", "只做这些检查：代码或代码开头，用逗号分隔"),
    ("check", "ignore", "不做这些检查：代码或代码开头，用逗号分隔"),
    ("check", "fail_on", "达到哪一级时退出码为 1：note 提示，warning 警告，error 错误，never 从不"),
    ("check", "quiet", "只输出汇总"),
    ("fix", "", "提出最小的修复并写出修复后的表"),
    ("fix", "file", "要修复的表；- 表示标准输入"),
    ("fix", "output", "修复后的表写到哪里，格式由扩展名决定（.docx .xlsx .txt .csv .json）"),
    ("fix", "allow_unsafe", "也改动数字，而不仅是可证明的笔误"),
    ("fix", "diff", "逐行列出修改前后"),
    ("fix", "only", "只修复这些检查的问题：代码或代码开头，用逗号分隔"),
    ("fix", "ignore", "不修复这些检查的问题：代码或代码开头，用逗号分隔"),
    ("convert", "", "按官方版式重新出具目标表"),
    ("convert", "file", "要转换的表；- 表示标准输入"),
    ("convert", "output", "写到哪里，格式由扩展名决定（.docx .xlsx .txt .csv .json）"),
    ("show", "", "显示程序所理解的表：指标 × 地区 × 期间"),
    ("show", "file", "要显示的表；- 表示标准输入"),
    ("show", "format", "输出格式：text 对齐的文字，json"),
    ("rule", "", "列出全部检查，或解释其中一项"),
    ("rule", "code", "要解释的检查代码；不给则全部列出"),
    ("rule", "format", "输出格式：text 文字，markdown，json"),
    ("award", "", "按台账计算每家企业的支持金额"),
    ("award", "schemes", "要计算的支持方向；不给则计算本资金的全部"),
    ("award", "year", "资金年度；不给则为周期的第一年"),
    ("award", "ledgers", "台账文件所在的文件夹（.csv .parquet .xlsx）"),
    ("award", "output", "写出核定结果、不予支持明细和汇总的文件夹；不给则只输出汇总"),
    ("award", "set", "另设参数值（按参数的单位）：参数=数值，或 方向.参数=数值"),
    ("award", "threads", "并行线程数；不影响结果"),
    ("explain", "", "把一家企业的核定金额展开到明细行、参数和条款"),
    ("explain", "scheme", "支持方向"),
    ("explain", "enterprise", "企业：统一社会信用代码，或只有它才有的一段名称"),
    ("explain", "awards", "jixiao award 写出的文件夹；不给则取当前文件夹及其下最近写出的一次"),
    ("explain", "ledgers", "台账文件所在的文件夹；不给则为计算时所用的"),
    ("explain", "year", "资金年度；不给则为计算时的年度，或周期的第一年"),
    ("explain", "set", "另设参数值（按参数的单位）：参数=数值"),
    ("explain", "rows", "每一类逐行展开多少行"),
    ("explain", "format", "输出格式：text 文字，json"),
    ("simulate", "", "试算：参数改变后的金额、企业数和目标完成情况，逐点列出"),
    ("simulate", "scheme", "支持方向"),
    (
        "simulate",
        "set",
        "参数及其取值（按参数的单位）：参数=数值，或 参数=下限..上限/步数；可给多个，逐一组合",
    ),
    ("simulate", "fit", "求这一参数在预算内的最大值"),
    ("simulate", "ledgers", "台账文件所在的文件夹（.csv .parquet .xlsx）"),
    ("simulate", "year", "资金年度；不给则为周期的第一年"),
    ("simulate", "format", "输出格式：text 文字，csv，json"),
    ("simulate", "output", "写入文件而不是标准输出"),
    ("simulate", "threads", "并行线程数；不影响结果"),
    ("scheme", "", "检查或显示本资金的支持方向（方案）"),
    ("scheme check", "", "逐年检查方案，逐处指出问题"),
    ("scheme check", "schemes", "本资金的方案，或以 .toml 结尾的文件；不给则检查全部"),
    ("scheme show", "", "输出方案的文字说明，与条款并列（Markdown）"),
    ("scheme show", "scheme", "方案"),
    ("scheme show", "year", "资金年度；不给则为周期的第一年"),
    ("scheme show", "output", "写入文件而不是标准输出"),
    ("scheme list", "", "列出本资金的方案"),
    ("sample", "", "写出本资金的示例台账（虚构数据，含有意放入的问题）"),
    ("sample", "folder", "写入的文件夹，须为新的或空的"),
    ("sample", "seed", "种子；相同的种子得到相同的文件"),
    ("sample", "scale", "按资金实际规模的多少：1、0.01、1/100"),
    ("sample", "year", "资金年度；不给则为周期的第一年"),
    ("monitor", "", "绩效运行监控：某月末的目标实现程度与预算执行进度（双监控）"),
    ("monitor", "month", "监控截至的月份，1—12；不给则用资金规定的月份"),
    ("monitor", "year", "资金年度；不给则为周期的第一年"),
    ("monitor", "region", "只看一个地区：名称或区划代码；不给则看全省"),
    ("monitor", "ledgers", "台账文件所在的文件夹（.csv .parquet .xlsx）"),
    ("monitor", "format", "输出格式：text 文字，json"),
    ("monitor", "threads", "并行线程数；不影响结果"),
    ("survey", "", "满意度调查：抽样方案、调查对象名单和结果"),
    ("survey", "year", "资金年度；不给则为周期的第一年"),
    ("survey", "ledgers", "台账文件所在的文件夹（.csv .parquet .xlsx）"),
    ("survey", "output", "把调查对象名单写入这个 .csv 文件"),
    ("survey", "format", "输出格式：text 文字，json"),
    ("evaluate", "", "绩效自评：按证据给全省和各地区的年度打分（百分制）"),
    ("evaluate", "year", "资金年度；不给则为周期的第一年"),
    ("evaluate", "region", "只看一个地区：名称或区划代码；不给则看全省"),
    (
        "evaluate",
        "explain",
        "把一项指标的得分展开到来源行：指标代号或名称的一部分；也可写 execution（预算执行）、total（总分）",
    ),
    ("evaluate", "ledgers", "台账文件所在的文件夹（.csv .parquet .xlsx）"),
    ("evaluate", "format", "输出格式：text 文字；json 含全省和各地区的评分表"),
    ("evaluate", "output", "写入文件而不是标准输出"),
    ("evaluate", "threads", "并行线程数；不影响结果"),
    ("recompute", "", "重新计算已填好的自评表，逐行列出与所填得分的差异"),
    ("recompute", "files", "已填好的自评表（.txt .csv .docx .xlsx .xls .pdf .json）；- 表示标准输入"),
    ("recompute", "format", "输出格式：text 对齐的文字，json"),
    ("recompute", "output", "写入文件而不是标准输出"),
    ("compare", "", "比较两次评分：哪些数变了，为什么"),
    ("compare", "before", "先前的：jixiao evaluate --format json 写出的文件，或台账文件夹"),
    ("compare", "after", "现在的，同上"),
    ("compare", "year", "台账文件夹的资金年度；不给则为周期的第一年"),
    ("compare", "region", "只看一个地区：名称或区划代码；不给则看全省和各地区"),
    ("compare", "format", "输出格式：text 文字，json"),
    ("db", "", "账簿数据库：建立、备份、恢复、核验"),
    ("db", "database", "账簿的数据库：sqlite://文件 或 postgres://用户@主机/库"),
    ("db status", "", "说明是哪个数据库、表的版本、审计链到哪里"),
    ("db migrate", "", "建立数据库的表，或升级到本程序需要的版本"),
    ("db migrate", "audit_algorithm", "审计链的摘要算法：sha256、sm3（GB/T 32905）；建库时选定，以后不变"),
    ("db migrate", "chain", "审计链的名称，不与其他数据库相同的一个词；不给则由日期和随机数组成"),
    ("db backup", "", "把某一时刻的全部内容存成一个文件，不妨碍他人工作"),
    ("db backup", "file", "写入的文件（.zip）"),
    ("db restore", "", "把备份读入一个空数据库（SQLite 或 PostgreSQL 均可）"),
    ("db restore", "file", "jixiao db backup 写出的文件"),
    ("db award", "", "由台账测算支持金额并记入账簿"),
    ("db award", "schemes", "要测算的支持方向；不写则为资金的全部"),
    ("db award", "year", "资金年度；不写则为周期的第一年"),
    ("db award", "ledgers", "台账文件所在的文件夹（.csv .parquet .xlsx）"),
    ("db award", "by", "以谁的名义：可以测算支持金额的账号"),
    ("db award", "commit", "同时核定入账：从各支持方向、地区的已下达资金中列支，要么全部、要么都不"),
    ("db award", "threads", "查看各行的线程数；结果与它无关"),
    ("db verify", "", "重新核验一切：账簿、核定、事项、审计链、证据文件、引用"),
    ("db verify", "seal", "已交出的封存文件：其中每条记录都应还在；可给多个"),
    ("audit", "", "审计链：封存、验证、列出"),
    ("audit", "database", "账簿的数据库：sqlite://文件 或 postgres://用户@主机/库"),
    ("audit seal", "", "封存上次封存以来的记录；文件可以公开"),
    ("audit seal", "output", "写入文件而不是标准输出"),
    ("audit seal", "through", "只到这一天结束（YYYY-MM-DD，北京时间）"),
    ("audit seal", "again", "把止于该号记录的封存再写一次，而不另行封存"),
    ("audit verify", "", "只凭文件验证封存，以及它们是否相接"),
    ("audit verify", "files", "封存文件，次序不限"),
    ("audit list", "", "列出记录、对个人信息的查阅，或封存"),
    ("audit list", "of", "列出什么：records 变更记录，reads 查阅，seals 封存"),
    ("audit list", "subject", "只看这个对象：case/17"),
    ("audit list", "who", "只看这个人"),
    ("audit list", "from", "从这个号起"),
    ("audit list", "to", "到这个号止；下一页从最后一行的前一号开始"),
    ("audit list", "since", "从这一天起（YYYY-MM-DD，北京时间）"),
    ("audit list", "until", "到这一天结束"),
    ("audit list", "limit", "最多多少条，新的在前"),
    ("audit list", "format", "输出格式：text 文字，json"),
    ("demo", "", "把虚构的一个资金年度记入账簿，打印各角色的登录链接，并在本机提供服务"),
    ("demo", "folder", "建在哪个文件夹"),
    ("demo", "reset", "重新建立账簿，不保留其中办过的事"),
    ("demo", "listen", "监听的本机地址和端口"),
    ("demo", "no_serve", "只建立，不提供服务"),
    ("demo", "scale", "示例台账为资金真实规模的几分之一"),
    ("serve", "", "向各单位提供服务：页面在 / ，接口在 /api 之下，说明见 /api/docs"),
    ("serve", "published", "jixiao run 写出的文件夹：页面显示其中算好的年度，出具的年度结果也写在这里"),
    ("serve", "development", "也显示给开发者看的页面"),
    (
        "serve",
        "ledgers",
        "--fund 的台账文件夹：企业名称由此而来，也用来测算改变参数的结果，以及办理读入、测算和出具年度结果的任务",
    ),
    ("serve", "database", "账簿的数据库：sqlite://文件 或 postgres://用户@主机/库"),
    ("serve", "funds", "除 --fund 之外，另外几个资金的文件夹"),
    ("serve", "listen", "监听的地址和端口"),
    ("serve", "behind_tls", "前面有 https 代理：cookie 只经 https 发送，不把任何人当作本机"),
    (
        "serve",
        "breached_passwords",
        "已排序的泄露密码表，表中的密码一律不收：一行一个原文，或大写SHA-1（可带次数）",
    ),
    #[cfg(feature = "oidc")]
    (
        "serve",
        "oidc",
        "统一身份认证（OpenID Connect）的设置文件：issuer、client_id、client_secret_file、redirect",
    ),
    ("user", "", "管理登录账号"),
    ("user", "database", "账簿的数据库：sqlite://文件 或 postgres://用户@主机/库"),
    ("user add", "", "新增账号；密码在终端询问，或从标准输入读取"),
    ("user add", "name", "登录名"),
    ("user add", "shown", "显示的姓名；不给则为登录名"),
    ("user add", "role", "角色，及其地区或企业：administrator、city-officer:440800、enterprise:代码"),
    ("user password", "", "重设密码；在终端询问，或从标准输入读取"),
    ("user password", "name", "登录名"),
    ("user add", "breached_passwords", "已排序的泄露密码表，表中的密码不收"),
    ("user password", "breached_passwords", "已排序的泄露密码表，表中的密码不收"),
    #[cfg(feature = "oidc")]
    ("user link", "", "让某人用统一身份认证登录一个账号"),
    #[cfg(feature = "oidc")]
    ("user link", "name", "登录名"),
    #[cfg(feature = "oidc")]
    ("user link", "issuer", "签发者网址：与令牌中的 iss 一字不差"),
    #[cfg(feature = "oidc")]
    ("user link", "subject", "用户标识：令牌中的 sub；登录被拒的审计记录中有"),
    #[cfg(feature = "oidc")]
    ("user unlink", "", "取消账号与统一身份认证的关联，并结束其会话"),
    #[cfg(feature = "oidc")]
    ("user unlink", "name", "登录名"),
    #[cfg(feature = "oidc")]
    ("user unlink", "issuer", "只取消这个签发者的关联；不给则全部取消"),
    ("user roles", "", "授予在本资金中的角色，取代原有的"),
    ("user roles", "name", "登录名"),
    ("user roles", "role", "角色，及其地区或企业；一个也不给则全部收回"),
    ("user list", "", "列出账号和角色"),
    ("completions", "", "输出命令行补全脚本"),
    ("completions", "shell", "哪一种 shell"),
];

fn text(command: &str, argument: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(c, a, _)| *c == command && *a == argument).map(|(_, _, text)| *text)
}

/// The command line with Chinese texts.
pub(crate) fn in_chinese(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let command = translate(command, &name)
        .subcommand_help_heading("命令")
        .disable_help_subcommand(true)
        .help_template("{about}\n\n用法：{usage}\n\n{all-args}");
    below(command, "")
}

/// The commands of a command with Chinese texts.
fn below(command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let path = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command.mut_subcommand(name, |sub| {
            let sub = translate(sub, &path)
                .subcommand_help_heading("命令")
                .disable_help_subcommand(true)
                .help_template("{about}\n\n用法：{usage}\n\n{all-args}");
            below(sub, &path)
        })
    })
}

fn translate(command: Command, name: &str) -> Command {
    let command = match text(name, "") {
        Some(about) => command.about(about).long_about(about),
        None => command,
    };
    command
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "参数" } else { "选项" };
            let arg = match text(name, arg.get_id().as_str()) {
                // Long texts of values are English; the Chinese text of the option names them.
                Some(help) => arg.help(help).long_help(help).hide_possible_values(false),
                None => arg,
            };
            arg.help_heading(heading)
        })
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            clap::Arg::new("help")
                .short('h')
                .long("help")
                .action(clap::ArgAction::HelpShort)
                .help("显示帮助")
                .help_heading("选项"),
        )
        .arg(
            clap::Arg::new("version")
                .short('V')
                .long("version")
                .action(clap::ArgAction::Version)
                .help("显示版本")
                .help_heading("选项"),
        )
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Every command with its path.
    fn all(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        for sub in command.get_subcommands() {
            let name = sub.get_name();
            let path = if path.is_empty() { name.to_owned() } else { format!("{path} {name}") };
            all(sub, &path, found);
            found.push((path, sub.clone()));
        }
    }

    fn commands() -> Vec<(String, Command)> {
        let command = crate::args::Cli::command();
        let mut found = vec![("jixiao".to_owned(), command.clone())];
        all(&command, "", &mut found);
        found
    }

    #[test]
    fn every_command_and_argument_has_a_chinese_text() {
        let mut missing = Vec::new();
        for (name, command) in commands() {
            if text(&name, "").is_none() {
                missing.push(name.clone());
            }
            for arg in command.get_arguments().filter(|a| !["help", "version"].contains(&a.get_id().as_str()))
            {
                if text(&name, arg.get_id().as_str()).is_none() {
                    missing.push(format!("{name} {}", arg.get_id()));
                }
            }
        }
        assert!(missing.is_empty(), "no Chinese text for: {missing:?}");
    }

    #[test]
    fn no_text_is_left_over() {
        let commands = commands();
        for (name, arg, _) in TEXTS {
            let found = commands
                .iter()
                .filter(|(path, _)| path == name)
                .any(|(_, c)| arg.is_empty() || c.get_arguments().any(|a| a.get_id().as_str() == *arg));
            assert!(found, "{name} {arg} is no part of the command line");
        }
    }

    #[test]
    fn both_command_lines_are_sound() {
        crate::args::command(jixiao_core::finding::Lang::Zh).debug_assert();
        crate::args::command(jixiao_core::finding::Lang::En).debug_assert();
    }
}
