//! What an office writes about its provider, as a small TOML file.

use jixiao_core::{both, finding::Both};
use serde::Deserialize;
use ureq::http::Uri;

use crate::RETURN;

/// How far the provider's clock and this one may be apart without harm, in seconds, where the file does not say.
const LEEWAY: i64 = 60;

/// And at most: what is further apart is mended, not allowed for.
const LONGEST_LEEWAY: i64 = 300;

/// What an office says of its provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The provider's address, to the letter as `iss` of its tokens has it.
    pub issuer: String,
    /// What the provider knows this server as.
    pub client_id: String,
    /// The file that holds the word that only the provider and this server know.
    pub client_secret_file: String,
    /// Where browsers come back to: this server's own address as people reach it, ending in [`RETURN`].
    pub redirect: String,
    /// A file with the certificates (PEM) of the authority that the provider's https is vouched for by; without one, those that browsers know.
    pub certificates: Option<String>,
    /// How far the two clocks may be apart, in seconds.
    pub leeway_seconds: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    issuer: String,
    client_id: String,
    client_secret_file: String,
    redirect: String,
    certificates: Option<String>,
    leeway_seconds: Option<i64>,
}

impl Settings {
    /// Reads a file; `name` is what it is called in messages.
    ///
    /// # Errors
    /// It cannot be read, or what it says cannot be: every reason.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<Both>> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let error = error.to_string();
            let error = error.trim_end();
            vec![both!(
                "{name} 读不懂：{error}\n须有 issuer、client_id、client_secret_file、redirect，可有 certificates、leeway_seconds",
                "{name} cannot be read: {error}\nit has issuer, client_id, client_secret_file and redirect, and may have certificates and leeway_seconds"
            )]
        })?;
        let mut faults = Vec::new();
        for (key, value) in [("issuer", &written.issuer), ("redirect", &written.redirect)] {
            if let Err(fault) = address(value) {
                faults.push(Both::new(
                    format!("{name}：{key} = “{value}”：{}", fault.zh),
                    format!("{name}: {key} = {value:?}: {}", fault.en),
                ));
            }
        }
        let path = written.redirect.parse::<Uri>().ok();
        if path.is_some_and(|uri| uri.path_and_query().map(ToString::to_string).as_deref() != Some(RETURN)) {
            faults.push(both!(
                "{name}：redirect 须以 {RETURN} 结尾，且与统一身份认证中登记的回调地址一字不差：“{redirect}”",
                "{name}: redirect ends in {RETURN}, and is to the letter what was registered with the provider: {redirect:?}",
                redirect = written.redirect
            ));
        }
        if written.issuer.contains('?') {
            faults.push(both!(
                "{name}：issuer 不能带“?”：{issuer}",
                "{name}: an issuer has no question mark: {issuer}",
                issuer = written.issuer
            ));
        }
        for (key, value) in
            [("client_id", &written.client_id), ("client_secret_file", &written.client_secret_file)]
        {
            if value.trim().is_empty() {
                faults.push(both!("{name}：{key} 是空的", "{name}: {key} is empty"));
            }
        }
        let leeway_seconds = written.leeway_seconds.unwrap_or(LEEWAY);
        if !(0..=LONGEST_LEEWAY).contains(&leeway_seconds) {
            faults.push(both!(
                "{name}：leeway_seconds = {leeway_seconds}，须在 0 至 {LONGEST_LEEWAY} 秒之间；时钟相差更多请校时",
                "{name}: leeway_seconds = {leeway_seconds}, which is to be between 0 and {LONGEST_LEEWAY}; set clocks that are further apart"
            ));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let Written { issuer, client_id, client_secret_file, redirect, certificates, .. } = written;
        Ok(Self { issuer, client_id, client_secret_file, redirect, certificates, leeway_seconds })
    }

    /// Whether people reach this server by https.
    pub fn by_https(&self) -> bool {
        self.redirect.starts_with("https://")
    }
}

/// Whether an address may be asked: by https, or on this very machine.
///
/// # Errors
/// It is none, or others could listen.
pub(crate) fn address(text: &str) -> Result<Uri, Both> {
    let whole = || {
        both!(
            "须为完整网址，不带“#”和用户名",
            "it is to be a whole address without # and without a user's name"
        )
    };
    let uri: Uri = text.parse().map_err(|_| whole())?;
    let authority = uri.authority().ok_or_else(whole)?;
    if text.contains('#') || authority.as_str().contains('@') || text.chars().any(char::is_whitespace) {
        return Err(whole());
    }
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if is_own(authority.host()) => Ok(uri),
        _ => Err(both!(
            "须用 https（只有本机地址可用 http）",
            "it is to be https; http is for this very machine only"
        )),
    }
}

fn is_own(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "issuer = \"https://id.example/realm\"\nclient_id = \"jixiao\"\nclient_secret_file = \"secret\"\n\
                         redirect = \"https://fund.example/sign-in/organisation/return\"\n";

    #[test]
    fn a_sound_file_is_read_with_what_it_leaves_out() {
        let settings = Settings::parse("oidc.toml", SOUND).expect("it is sound");
        assert_eq!((settings.leeway_seconds, settings.certificates.as_deref()), (60, None));
        assert!(settings.by_https());
        let more = format!("{SOUND}certificates = \"ca.pem\"\nleeway_seconds = 0\n");
        let settings = Settings::parse("oidc.toml", &more).expect("it is sound");
        assert_eq!((settings.leeway_seconds, settings.certificates.as_deref()), (0, Some("ca.pem")));
        for own in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"] {
            let text = SOUND.replace("https://id.example", own);
            assert!(Settings::parse("oidc.toml", &text).is_ok(), "{own}");
        }
    }

    #[test]
    fn every_fault_of_a_file_is_told_at_once() {
        for (was, is, count) in [
            ("https://id.example/realm", "http://id.example/realm", 1),
            ("https://id.example/realm", "id.example", 1),
            ("https://id.example/realm", "https://somebody@id.example", 1),
            ("https://id.example/realm", "https://id.example/#part", 1),
            ("https://id.example/realm", "https://id.example/realm?of=us", 1),
            ("https://id.example/realm", "http://127.0.0.1.example/realm", 1),
            ("/sign-in/organisation/return", "/sign-in", 1),
            ("/sign-in/organisation/return", "/sign-in/organisation/return?a=b", 1),
            ("https://fund.example", "http://fund.example", 1),
            ("\"jixiao\"", "\" \"", 1),
            ("\"secret\"", "\"secret\"\nleeway_seconds = 301", 1),
            ("\"secret\"", "\"secret\"\nleeway_seconds = -1", 1),
            ("\"secret\"", "\"secret\"\nsecret = \"written here\"", 1),
            ("issuer", "isuer", 1),
            // By http, and with another path.
            ("https://fund.example/sign-in", "http://fund.example", 2),
        ] {
            let faults = Settings::parse("oidc.toml", &SOUND.replace(was, is)).expect_err(is);
            assert_eq!(faults.len(), count, "{is}: {faults:?}");
            assert!(
                faults.iter().all(|fault| fault.en.contains("oidc.toml") && fault.zh.contains("oidc.toml"))
            );
        }
    }

    #[test]
    fn a_provider_takes_a_secret_and_certificates_that_can_be_read() {
        let settings =
            || Settings::parse("oidc.toml", &format!("{SOUND}certificates = \"ca.pem\"")).expect("sound");
        for (secret, certificates, count) in [
            (" \n", None, 1),
            ("secret", Some("no certificate"), 1),
            ("", Some("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"), 2),
        ] {
            let told = crate::Provider::new(settings(), secret, certificates.map(str::as_bytes));
            let faults = told.map(|_| ()).expect_err(secret);
            assert_eq!(faults.len(), count, "{faults:?}");
        }
        let provider =
            crate::Provider::new(settings(), "secret\n", None).expect("the file was not handed in");
        assert!(!format!("{provider:?}").contains("secret"));
    }
}
