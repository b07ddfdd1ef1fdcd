use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use jixiao_core::{
    both,
    finding::{Both, Lang},
};
use jixiao_web::oidc::{Provider, Settings};

use crate::{args::ServeArgs, commands::db};

/// Who vouches for people of the office, as the file of `--oidc` says; none without one.
///
/// # Errors
/// The file, or one that it names, cannot be read or says what cannot be: every reason.
pub(super) fn provider(args: &ServeArgs, lang: Lang) -> Result<Option<Arc<Provider>>, String> {
    let Some(path) = &args.oidc else { return Ok(None) };
    let told = |faults: Vec<Both>| db::words(&faults, lang);
    let name = path.display().to_string();
    let settings = Settings::parse(&name, &read(path, lang)?).map_err(told)?;
    if settings.by_https() != args.behind_tls {
        let redirect = &settings.redirect;
        let fault = if args.behind_tls {
            both!(
                "{name}：redirect 是 {redirect}，而 --behind-tls 的 cookie 只经 https 发送；请写 https 的地址",
                "{name}: redirect is {redirect}, but with --behind-tls cookies go by https only; write the https address"
            )
        } else {
            both!(
                "{name}：redirect 是 {redirect}；人们经 https 访问时请加 --behind-tls，cookie 才受保护",
                "{name}: redirect is {redirect}; where people come by https give --behind-tls, so that cookies are kept to it"
            )
        };
        return Err(told(vec![fault]));
    }
    let secret = read(&beside(path, &settings.client_secret_file), lang)?;
    let certificates =
        settings.certificates.as_ref().map(|file| read(&beside(path, file), lang)).transpose()?;
    let provider =
        Provider::new(settings, &secret, certificates.as_deref().map(str::as_bytes)).map_err(told)?;
    Ok(Some(Arc::new(provider)))
}

/// A file that is named in another stands beside it, unless its whole path is given.
fn beside(path: &Path, named: &str) -> PathBuf {
    path.parent().map_or_else(|| PathBuf::from(named), |folder| folder.join(named))
}

fn read(path: &Path, lang: Lang) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| {
        both!("{file} 读不出来：{error}", "{file} cannot be read: {error}", file = path.display())
            .get(lang)
            .to_owned()
    })
}
