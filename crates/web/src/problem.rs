//! What can go wrong, numbered: `application/problem+json` after RFC 9457, with every reason in words.
//!
//! A number never changes its meaning. `docs/errors/` has a page for each, made of this list; a server also answers with it at `/api/errors/{code}`.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jixiao_core::{
    both,
    checks::Text,
    finding::{Both, Lang},
    people::Refused,
    workflow::Refusal,
};
use jixiao_store::Fault;
use serde::Serialize;
use utoipa::ToSchema;

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Its number: `JX-3001`.
    pub number: &'static str,
    /// The status that it comes with.
    pub status: u16,
    /// What it is called.
    pub title: Text,
    /// When it comes.
    pub what: Text,
    /// What to do.
    pub next: Text,
}

macro_rules! codes {
    ($($name:ident $number:literal $status:literal
        $title_zh:literal $title_en:literal; $what_zh:literal $what_en:literal; $next_zh:literal $next_en:literal.)+) => {
        $(
            #[doc = concat!($title_zh, ": ", $title_en, ".")]
            pub static $name: Code = Code {
                number: $number,
                status: $status,
                title: Text { zh: $title_zh, en: $title_en },
                what: Text { zh: $what_zh, en: $what_en },
                next: Text { zh: $next_zh, en: $next_en },
            };
        )+

        /// Every kind, by number.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    MALFORMED "JX-1001" 400 "请求内容读不懂" "The body cannot be read";
        "请求体不是所要求的JSON，缺少字段，或有多余的字段。" "The body is not the JSON that the address takes: a field is missing, unknown, or of another type.";
        "按 detail 中的位置改正请求体；字段见 /api/docs。" "Mend the body where detail says; the fields stand at /api/docs".
    QUERY "JX-1002" 400 "参数读不懂" "A parameter cannot be read";
        "地址或查询参数不认识，或取值不对。" "A parameter of the address is not known, or its value is not one that it takes.";
        "按 detail 改正参数；参数见 /api/docs。" "Mend the parameter that detail names; the parameters stand at /api/docs".
    NO_ADDRESS "JX-1003" 404 "没有这个地址" "There is no such address";
        "没有任何接口在这个地址。" "Nothing is served at this address.";
        "核对地址；全部地址见 /api/docs。" "Look at the address; all of them stand at /api/docs".
    METHOD "JX-1004" 405 "此地址不接受这种方法" "The address does not take this method";
        "地址是对的，方法不对。" "The address exists, with other methods.";
        "改用 Allow 头所列的方法。" "Use a method that the Allow header lists".
    FORM "JX-1005" 406 "没有所要的格式" "Not in that format";
        "Accept 所要的格式本接口没有。" "The address does not answer in any format that Accept names.";
        "改用 application/json；列表另有 text/csv 与 xlsx。" "Ask for application/json; lists also come as text/csv and xlsx".
    TOO_LONG "JX-1006" 413 "内容过大" "The body is too large";
        "请求体或上传的文件超过上限。" "The body or the file is larger than the server takes.";
        "分成几次提交，或压缩文件。" "Send it in parts, or compress the file".
    MEDIA "JX-1007" 415 "内容类型不对" "Wrong content type";
        "请求体的 Content-Type 不是本接口所要的。" "The body's Content-Type is not the one that the address takes.";
        "JSON 请用 application/json，文件请用 multipart/form-data。" "Send JSON as application/json and files as multipart/form-data".
    IF_MATCH "JX-1008" 428 "须写明所依据的版本" "The revision must be named";
        "改动一条记录须用 If-Match 写明您看到的版本，以免覆盖他人的改动。" "A change of a record names the revision that was looked at in If-Match, so that nobody overwrites what they have not seen.";
        "先取得记录，把应答的 ETag 原样写入 If-Match。" "Read the record and send its ETag as If-Match".
    KEY_REUSED "JX-1009" 422 "幂等键已用于另一请求" "The idempotency key belongs to another request";
        "同一 Idempotency-Key 之前用于内容不同的请求。" "The same Idempotency-Key came before with another request.";
        "新的请求换一个键；重试原请求则内容须完全相同。" "Give a new request a new key; a repeated one must be the same to the byte".
    KEY_BUSY "JX-1010" 409 "相同的请求正在办理" "The same request is under way";
        "同一 Idempotency-Key 的请求还没有办完。" "A request with the same Idempotency-Key is not finished.";
        "稍后用同一个键再试，会得到原来的应答。" "Try again with the same key a little later; the first answer is given".
    TOO_MANY "JX-1011" 429 "请求过于频繁" "Too many requests";
        "同一地址或同一账号的请求超过限额。" "An address or an account made more requests than it may.";
        "等 Retry-After 所写的秒数后再试。" "Wait for as many seconds as Retry-After says".

    NOT_SIGNED_IN "JX-2001" 401 "尚未登录" "Not signed in";
        "此事须登录后办理；登录已过期、令牌已失效也是这个应答。" "It takes somebody who is signed in; a session or token that is over gets the same answer.";
        "POST /api/v1/session 登录，或带上有效的令牌。" "Sign in with POST /api/v1/session, or send a token that is in force".
    WRONG_PASSWORD "JX-2002" 401 "登录名或密码不对" "Name or password is wrong";
        "登录名与密码不符、没有此账号、账号已停用，应答相同。" "Name and password do not go together, or there is no such account, or it may not sign in: the answer is the same.";
        "核对后再试；连续多次不对会暂时锁定。忘记密码请联系系统管理员。" "Look and try again; several wrong ones lock the account for a while. An administrator sets a new password".
    LOCKED "JX-2003" 429 "账号暂时锁定" "The account is locked for a while";
        "密码连续多次不对，账号在一段时间内不能登录。" "Too many wrong passwords in a row: nobody can sign in to the account for a while.";
        "等 Retry-After 所写的秒数后再试，或请系统管理员重设密码。" "Wait for as many seconds as Retry-After says, or have an administrator set a new password".
    CSRF "JX-2004" 403 "缺少防伪令牌" "The word against forgery is missing";
        "用登录 cookie 作改动时须带 X-CSRF-Token，以证明请求出自本站页面。" "A change that is made with a session's cookie carries X-CSRF-Token, which shows that it comes from this site's own page.";
        "把登录应答或 GET /api/v1/session 的 csrf 写入 X-CSRF-Token。" "Send the csrf of the answer to signing in, or of GET /api/v1/session, as X-CSRF-Token".

    ORGANISATION "JX-2005" 401 "统一身份认证没有完成" "Signing in with the organisation's account was not finished";
        "登录超时、已用过、不是在这个浏览器开始的，或者统一身份认证的应答没有通过核验。" "It took too long, was used up, was begun in another browser, or what the organisation's sign-in answered did not hold.";
        "重新登录；仍不行请把 request_id 告知系统管理员，日志中有详情。" "Sign in again; if that does not help, tell an administrator the request_id; the log says more".
    NOT_LINKED "JX-2006" 403 "单位账号没有可用的系统账号" "No account here goes with your organisation's";
        "您已通过统一身份认证，但没有关联到本系统的账号，或关联的账号已停用：两种情况应答相同。" "Your organisation vouches for you, but no account here is linked to you, or the one that is may not sign in: the answer is the same.";
        "请联系系统管理员关联账号，并告知 request_id：审计记录中有您的单位账号标识。" "Ask an administrator to link your account and tell the request_id; the audit records hold what your organisation calls you".

    NOT_ALLOWED "JX-3001" 403 "没有权限" "Not allowed";
        "您的角色不办理此事，或记录不在您的范围之内。" "None of your roles does this, or the record is outside of their scope.";
        "如确属您的职责，请系统管理员调整角色。" "If it is your task, ask an administrator for the role".
    NOT_FOUND "JX-3002" 404 "没有找到" "Not found";
        "没有这条记录，或它不在您的范围之内：两种情况应答相同。" "There is no such record, or it is outside of your scope: the answer is the same.";
        "核对编号。" "Look at the number".
    STALE "JX-3003" 412 "已被他人改动" "Changed by somebody else";
        "您看过之后记录有了变动；detail 写明变了什么。" "The record has changed since you looked; detail says how.";
        "重新取得记录，核对后再办。" "Read the record again, and look before you go on".
    WRONG_STATE "JX-3004" 409 "当前状态下不能办理" "Not possible in this state";
        "此操作不能从记录当前的状态办理。" "The action does not lead on from where the record is.";
        "reasons 列出此时可办的操作。" "The reasons say which actions are possible now".
    OBSTACLES "JX-3005" 422 "条件未满足" "Something stands against it";
        "职责分离、理由、条件或期限未满足；reasons 逐条列出。" "Another person, a reason, a condition or a term is missing; reasons lists all of them.";
        "逐条办妥后再试。" "See to each of them and try again".
    NO_ACTION "JX-3006" 404 "没有这一操作" "There is no such action";
        "该流程没有这一操作。" "The record's way has no action of that name.";
        "操作见 GET /api/v1/machines。" "The actions stand at GET /api/v1/machines".
    TAKEN "JX-3007" 409 "已经有了" "There already";
        "同样的记录或名称已经存在。" "Such a record or name exists already.";
        "使用已有的一条，或换一个名称。" "Use the one that is there, or another name".
    REFUSED "JX-3008" 422 "不能这样办" "It cannot be done like this";
        "内容不合规则；reasons 逐条列出。" "What was sent breaks a rule; reasons lists every one.";
        "逐条改正后再试。" "Mend each of them and try again".
    NO_WORKER "JX-3009" 409 "本服务不办理此类任务" "This server does no such work";
        "本服务启动时没有给出这项资金的台账文件夹（出具年度结果还需要发布文件夹）。" "The server was started without a folder of ledgers of this fund (publishing a year also needs a folder to publish into).";
        "请系统管理员用 jixiao serve --ledgers 文件夹 --published 文件夹 启动，或在命令行办理：jixiao award、jixiao db award、jixiao run。" "Have it started with jixiao serve --ledgers DIR --published DIR, or do it on the command line: jixiao award, jixiao db award, jixiao run".
    BOOKS "JX-4001" 422 "整批未入账" "The whole batch was refused";
        "要求整批入账，其中至少一笔被拒；entries 写明每一笔。" "The entries were to be kept together and at least one was refused; entries says what became of each.";
        "改正被拒的分录，用原来的键整批重发。" "Mend the entries that were refused and send the whole again with the same keys".

    BROKEN "JX-5001" 500 "程序内部错误" "An error inside of the program";
        "程序或数据库有错；没有任何内容被保存。" "The program or the database is at fault; nothing was kept.";
        "把 request_id 告知系统管理员，日志中有详情。" "Tell an administrator the request_id; the log says more".
    UNAVAILABLE "JX-5002" 503 "暂时不可用" "Not available just now";
        "数据库暂时连不上、磁盘已满或过于繁忙；没有任何内容被保存。" "The database cannot be reached, is full or too busy; nothing was kept.";
        "等 Retry-After 所写的秒数后再试。" "Wait for as many seconds as Retry-After says, and try again".
    TOO_SLOW "JX-5003" 503 "办理超时" "It took too long";
        "请求在规定时间内没有办完，已放弃；没有任何内容被保存。" "The request was not finished in time and was given up; nothing was kept.";
        "稍后再试；批量可分成几次。" "Try again later; a batch can be sent in parts".
    PROVIDER "JX-5004" 503 "统一身份认证暂时不可用" "The organisation's sign-in is not available just now";
        "本服务连不上统一身份认证，或它的应答不可用。" "The server that vouches for people of the organisation cannot be reached, or answers what is of no use.";
        "稍后再试，或用登录名和密码登录；仍不行请把 request_id 告知系统管理员，日志中有详情。" "Try again later, or sign in with name and password; if that does not help, tell an administrator the request_id; the log says more".
}

impl Code {
    /// A kind by its number.
    pub fn find(number: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|code| code.number == number)
    }

    /// The page of this kind, in both languages.
    pub fn page(&self) -> String {
        let Self { number, status, title, what, next } = self;
        let (title_zh, title_en, next_en) = (title.zh, title.en, next.en.trim_end_matches('.'));
        format!(
            "# {number} {title_zh} · {title_en}\n\nHTTP {status}\n\n{what_zh}\n\n**怎么办**：{next_zh}\n\n{what_en}\n\n**What to do**: {next_en}.\n",
            what_zh = what.zh,
            next_zh = next.zh,
            what_en = what.en,
        )
    }

    /// The kind that stands for a status that something else than a handler gave.
    pub(crate) fn of_status(status: StatusCode) -> &'static Self {
        match status.as_u16() {
            400 => &QUERY,
            401 => &NOT_SIGNED_IN,
            403 => &NOT_ALLOWED,
            404 => &NO_ADDRESS,
            405 => &METHOD,
            406 => &FORM,
            408 | 503 | 504 => &TOO_SLOW,
            413 => &TOO_LONG,
            415 => &MEDIA,
            422 => &MALFORMED,
            429 => &TOO_MANY,
            _ => &BROKEN,
        }
    }
}

/// One reason, with a code of its own where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// `too-early`, `not-enough`; empty where only words tell.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub text: Both,
}

/// Something that went wrong, on its way to whoever asked. It is put into words at the very end, where language and request id are known.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Which kind.
    pub code: &'static Code,
    /// Every reason.
    pub reasons: Vec<Reason>,
    /// After how many seconds it is worth trying again.
    pub retry_after: Option<u64>,
    /// What became of each entry of a batch.
    pub entries: Option<serde_json::Value>,
    /// What only the log says.
    pub kept_quiet: Option<String>,
}

/// The body of a problem, after RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Address of the page of this kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is called, in the language of Accept-Language.
    pub title: String,
    /// The status.
    pub status: u16,
    /// The reasons in one text.
    pub detail: String,
    /// The address that was asked.
    pub instance: String,
    /// The number of the kind of problem; it never changes its meaning.
    pub code: String,
    /// Quote this when you ask for help.
    pub request_id: String,
    /// Every reason.
    pub reasons: Vec<ReasonBody>,
    /// Of a batch of entries: what became of each.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<crate::api::entries::EntryResult>>)]
    pub entries: Option<serde_json::Value>,
}

/// One reason.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reason)]
pub struct ReasonBody {
    /// A code; empty where only the words tell.
    pub code: String,
    /// What is wrong and what to do.
    pub text: String,
}

impl Problem {
    /// A problem without a reason beyond its title.
    pub fn bare(code: &'static Code) -> Self {
        Self { code, reasons: Vec::new(), retry_after: None, entries: None, kept_quiet: None }
    }

    /// A problem with one reason.
    pub fn of(code: &'static Code, text: Both) -> Self {
        Self { reasons: vec![Reason { code: "", text }], ..Self::bare(code) }
    }

    fn many(code: &'static Code, texts: impl IntoIterator<Item = Both>) -> Self {
        let reasons = texts.into_iter().map(|text| Reason { code: "", text }).collect();
        Self { reasons, ..Self::bare(code) }
    }

    /// To be tried again after so many seconds.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The body in a language.
    pub fn body(&self, lang: Lang, instance: &str, request_id: &str) -> ProblemBody {
        let code = self.code;
        let texts: Vec<&str> = self.reasons.iter().map(|reason| reason.text.get(lang)).collect();
        let detail = if texts.is_empty() {
            code.next.get(lang).to_owned()
        } else {
            texts.join(match lang {
                Lang::Zh => "；",
                Lang::En => "; ",
            })
        };
        let reason = |reason: &Reason| ReasonBody {
            code: reason.code.to_owned(),
            text: reason.text.get(lang).to_owned(),
        };
        ProblemBody {
            kind: format!("/api/errors/{}", code.number),
            title: code.title.get(lang).to_owned(),
            status: code.status,
            detail,
            instance: instance.to_owned(),
            code: code.number.to_owned(),
            request_id: request_id.to_owned(),
            reasons: self.reasons.iter().map(reason).collect(),
            entries: self.entries.clone(),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::of(&NOT_ALLOWED, refused.message())
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let words = fault.words();
        match fault {
            Fault::NotFound { .. } => Self::many(&NOT_FOUND, words),
            Fault::Refused(_) => Self::many(&REFUSED, words),
            Fault::Taken { .. } => Self::many(&TAKEN, words),
            Fault::Step { refusal, .. } => {
                let code = match &refusal {
                    Refusal::UnknownAction { .. } => &NO_ACTION,
                    Refusal::NotAllowed(_) => &NOT_ALLOWED,
                    Refusal::Foreign { .. } | Refusal::WrongState { .. } => &WRONG_STATE,
                    Refusal::Stale { .. } => &STALE,
                    Refusal::Obstacles(_) => &OBSTACLES,
                };
                let mut problem = Self::many(code, words);
                if let Refusal::Obstacles(obstacles) = &refusal {
                    for (reason, obstacle) in problem.reasons.iter_mut().zip(obstacles) {
                        reason.code = obstacle.code();
                    }
                }
                problem
            }
            // What the database said is for the log: it may name files and columns.
            Fault::Unavailable(error) => {
                Self { kept_quiet: Some(error.to_string()), ..Self::bare(&UNAVAILABLE).after(5) }
            }
            Fault::Broken(what) => Self { kept_quiet: Some(what), ..Self::bare(&BROKEN) },
        }
    }
}

/// A malformed request, with what the reader said.
pub(crate) fn malformed(code: &'static Code, said: &dyn std::fmt::Display) -> Problem {
    Problem::of(code, both!("请求读不懂：{said}", "the request cannot be read: {said}"))
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_are_told_once_and_go_up() {
        let numbers: Vec<&str> = ALL.iter().map(|code| code.number).collect();
        let sorted: BTreeSet<&str> = numbers.iter().copied().collect();
        assert_eq!(numbers, sorted.into_iter().collect::<Vec<_>>());
        for code in ALL {
            assert!(StatusCode::from_u16(code.status).is_ok_and(|s| s.as_u16() >= 400), "{}", code.number);
        }
    }

    #[test]
    fn what_the_database_says_stays_in_the_log() {
        let problem = Problem::from(Fault::Broken("no such column: secret".to_owned()));
        let body = problem.body(Lang::En, "/x", "r");
        let told = serde_json::to_string(&body).expect("it is told");
        assert!(!told.contains("column"), "{told}");
        assert_eq!((body.status, body.code.as_str()), (500, "JX-5001"));
    }
}
