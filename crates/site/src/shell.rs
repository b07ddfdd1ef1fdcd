//! What is around every page: name, way about, who one is, language.

use askama::Template;
use jixiao_core::{
    finding::{Both, Lang},
    people::Scope,
};
use jixiao_web::problem::ProblemBody;

use crate::{assets, pages, visit::Visit, words::Words};

/// A group of the way about.
pub struct NavGroup {
    /// What it is called.
    pub label: &'static str,
    /// Its pages.
    pub items: Vec<NavItem>,
}

/// A page of the way about.
pub struct NavItem {
    /// What it is called.
    pub label: &'static str,
    /// Where it is.
    pub href: &'static str,
    /// Whether one is there.
    pub here: bool,
}

/// Who one is, as the shell shows it.
pub struct Me {
    /// The name.
    pub name: String,
    /// The roles in words.
    pub roles: String,
}

/// What is around a page.
pub struct Shell {
    words: Words,
    /// The page's title.
    pub title: String,
    /// The fund's name; empty where none is named.
    pub fund: String,
    /// The way about, as far as one may go.
    pub nav: Vec<NavGroup>,
    /// Who one is; none of the public.
    pub me: Option<Me>,
    /// The word against forgery of one's forms.
    pub word: String,
    /// The language's tag.
    pub tag: &'static str,
    /// Where the page is in the other language.
    pub other_language: String,
    /// The version of what pages bring along.
    pub version: &'static str,
    /// Whether figures come from invented data.
    pub synthetic: bool,
    /// In a demo, whose clock is not the true one: what day it has.
    pub clock: Option<String>,
}

impl Shell {
    /// What is around a page.
    pub fn of(visit: &Visit, title: String) -> Self {
        let words = visit.words();
        let path = visit.uri.path();
        let fund = visit.fund().ok();
        let mut nav: Vec<NavGroup> = Vec::new();
        let groups = pages::ALL.iter().flat_map(|leaf| leaf.nav).filter(|nav| nav.may_go(visit));
        for item in groups {
            let label = words.t(item.group);
            let here = if item.href == "/" { path == "/" } else { path.starts_with(item.href) };
            let entry = NavItem { label: words.t(item.label), href: item.href, here };
            match nav.iter_mut().find(|group| group.label == label) {
                Some(group) => group.items.push(entry),
                None => nav.push(NavGroup { label, items: vec![entry] }),
            }
        }
        let me = visit.asker.account.as_ref().map(|account| Me {
            name: account.shown_name.clone(),
            roles: visit
                .asker
                .person
                .grants()
                .iter()
                .map(|grant| {
                    let role = grant.role.label().get(visit.lang).to_owned();
                    match &grant.scope {
                        Scope::Region(code) => {
                            let region =
                                fund.map_or_else(|| code.clone(), |fund| fund.region(code, visit.lang));
                            format!("{role} {region}")
                        }
                        Scope::Enterprise(code) => format!("{role} {code}"),
                        Scope::Fund | Scope::Nothing => role,
                    }
                })
                .collect::<Vec<_>>()
                .join(" · "),
        });
        let (tag, other) = match visit.lang {
            Lang::Zh => ("zh-CN", "en"),
            Lang::En => ("en", "zh"),
        };
        let back = visit.uri.path_and_query().map_or("/", |whole| whole.as_str());
        let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        Self {
            words,
            title,
            fund: fund.map(|fund| fund.name(visit.lang).to_owned()).unwrap_or_default(),
            nav,
            me,
            word: visit.asker.word().unwrap_or_default(),
            tag,
            other_language: format!("/language/{other}?back={back}"),
            version: assets::version(),
            synthetic: fund
                .and_then(crate::FundPages::year_book)
                .is_some_and(|year| year.published.whole.synthetic),
            clock: clock(visit),
        }
    }

    /// A text.
    pub fn t(&self, key: &'static str) -> &'static str {
        self.words.t(key)
    }

    /// A text in both languages, in this one.
    pub fn both<'b>(&self, both: &'b Both) -> &'b str {
        both.get(self.words.0)
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'p> {
    words: Words,
    tag: &'static str,
    version: &'static str,
    problem: &'p ProblemBody,
}

/// A problem as a page: what happened, what to do, the reference number.
pub fn face(lang: Lang, problem: &ProblemBody) -> String {
    let tag = match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let page = ProblemPage { words: Words(lang), tag, version: assets::version(), problem };
    // A template of texts can always be filled in.
    page.render().unwrap_or_default()
}

/// What is said of a clock that is not the true one.
fn clock(visit: &Visit) -> Option<String> {
    let state = visit.asker.state();
    if state.settings.clock_ahead.is_zero() {
        return None;
    }
    let now = visit.office().ok()?.civil(state.now()).ok()?;
    Some(visit.words().with("shell.clock", &[("day", &now.date().to_string())]))
}
