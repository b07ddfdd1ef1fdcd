//! What can go wrong on the way to the provider and back.

use jixiao_core::{both, finding::Both};

use crate::token::Fault;

/// Why nobody was proven to be anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The provider cannot be reached, or what it answers is of no use.
    Provider {
        /// The address that was asked.
        address: String,
        /// What came of it.
        said: Both,
    },
    /// The way back fits no sign-in that was begun: it took too long, came twice, or came to another browser.
    Lost(Lost),
    /// The provider let nobody through.
    Refused {
        /// Its code: `access_denied`.
        code: String,
    },
    /// The provider's token is not good: every fault.
    Token(Vec<Fault>),
}

/// How a way back does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// No state, or one that was not given or was used up.
    State,
    /// The state was given to another browser.
    Browser,
    /// It was given too long ago.
    Late,
    /// Neither a code nor an error came with it.
    Empty,
    /// It names another issuer.
    Issuer,
}

impl Failure {
    /// A provider that is of no use.
    pub(crate) fn provider(address: &str, said: Both) -> Self {
        Self::Provider { address: address.to_owned(), said }
    }

    /// Whether one of the two clocks must be wrong, or the token lay about.
    pub fn is_of_clocks(&self) -> bool {
        matches!(self, Self::Token(faults) if faults.iter().all(Fault::is_of_clocks))
    }

    /// What happened, for whoever runs the server: one text for each fault. Not for strangers.
    pub fn words(&self) -> Vec<Both> {
        match self {
            Self::Provider { address, said } => vec![Both::new(
                format!("统一身份认证 {address}：{}", said.zh),
                format!("the provider at {address}: {}", said.en),
            )],
            Self::Lost(lost) => vec![lost.words()],
            Self::Refused { code } => vec![both!(
                "统一身份认证没有放行：{code}；请在其一侧查看该应用的登记与授权",
                "the provider let nobody through: {code}; look at how this application is registered there"
            )],
            Self::Token(faults) => faults.iter().map(Fault::words).collect(),
        }
    }
}

impl Lost {
    fn words(self) -> Both {
        match self {
            Self::State => both!(
                "返回的 state 不是本进程发出的，或已用过；服务刚重启过、或有几个进程而请求没有回到原来的一个，也会这样",
                "the state that came back was not given by this process, or was used up; a restart does that, and so do several processes between which requests change"
            ),
            Self::Browser => both!(
                "返回的 state 是发给另一个浏览器的；没有带回 cookie 也会这样：请核对 redirect 与人们打开的网址是同一个主机",
                "the state that came back was given to another browser; a cookie that was not sent back does that: look whether redirect names the host that people open"
            ),
            Self::Late => both!("登录开始得太久了", "the sign-in was begun too long ago"),
            Self::Empty => both!(
                "返回的地址既没有 code 也没有 error",
                "neither a code nor an error came with the way back"
            ),
            Self::Issuer => both!(
                "返回的地址中 iss 不是所设置的签发者",
                "iss of the way back is not the issuer that is set"
            ),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = self.words().into_iter().map(|both| both.en).collect();
        f.write_str(&words.join("; "))
    }
}

impl std::error::Error for Failure {}
