//! Signing in with an organisation's account, against a provider of the test's own on loopback with keys that are drawn here: who is let in, and every way in
//! which nobody is.
#![cfg(feature = "oidc-tests")]

mod common;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rand::SystemRandom,
    rsa,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use common::{Answer, Browser, Visitor, later, person, visited, visited_with};
use jixiao_core::people::{Target, deeds};
use jixiao_store::{Actor, audit::Search, links::Identity, people::Limits};
use jixiao_web::{
    Settings,
    oidc::{Provider, Settings as Written},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};

/// What the invented organisation calls the officer of 湛江.
const SUBJECT: &str = "s-17";
const SECRET: &str = "a secret of the test: with / and %";
const SECOND: i64 = 1_000_000;

/// A key of the provider's.
struct Key {
    kid: &'static str,
    private: EncodingKey,
    jwk: Value,
    /// What everybody can know of it, as bytes.
    public: Vec<u8>,
}

impl Key {
    fn of(kid: &'static str, private: EncodingKey, algorithm: Algorithm) -> Self {
        let jwk = Jwk::from_encoding_key(&private, algorithm).expect("a public key");
        let mut jwk = serde_json::to_value(jwk).expect("JSON");
        let fields = jwk.as_object_mut().expect("an object");
        // One RSA key signs in both ways.
        fields.remove("alg");
        fields.insert("kid".to_owned(), kid.into());
        fields.insert("use".to_owned(), "sig".into());
        let public = fields.get("n").or(fields.get("x")).and_then(Value::as_str).expect("a number");
        let public = public.as_bytes().to_vec();
        Self { kid, private, jwk, public }
    }

    fn rsa(kid: &'static str) -> Self {
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).expect("a key");
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("its text");
        // PKCS #8 puts 26 bytes before the key itself, when that has 256 to 65535 bytes.
        let (head, key) = der.as_ref().split_at(26);
        assert_eq!((head[0], head[22], key[0]), (0x30, 0x04, 0x30), "the key is not where it should be");
        Self::of(kid, EncodingKey::from_rsa_der(key), Algorithm::RS256)
    }

    fn p256(kid: &'static str) -> Self {
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        Self::of(kid, EncodingKey::from_ec_der(der.as_ref()), Algorithm::ES256)
    }

    fn signs(&self, algorithm: Algorithm, claims: &Value) -> String {
        let header = Header { kid: Some(self.kid.to_owned()), ..Header::new(algorithm) };
        encode(&header, claims, &self.private).expect("it is signed")
    }
}

/// What the provider knows and was asked.
#[derive(Default)]
struct Desk {
    issuer: String,
    /// What it calls itself; another than it is asked for in one test.
    calls_itself: String,
    keys: Vec<Value>,
    granted: BTreeMap<String, (String, String)>,
    asked_for_keys: usize,
}

type Fake = Arc<Mutex<Desk>>;

async fn token(
    State(desk): State<Fake>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    };
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error })));
    let coded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let expected = format!("Basic {}", STANDARD.encode(format!("jixiao-test:{}", coded(SECRET))));
    if headers.get("authorization").and_then(|value| value.to_str().ok()) != Some(expected.as_str()) {
        return refused("invalid_client");
    }
    // A code is good once.
    let granted = desk.lock().expect("nobody panicked").granted.remove(&form["code"]);
    let Some((challenge, token)) = granted else { return refused("invalid_grant") };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, form["code_verifier"].as_bytes());
    let proven = URL_SAFE_NO_PAD.encode(digest.as_ref()) == challenge
        && form["grant_type"] == "authorization_code"
        && form["redirect_uri"] == "http://127.0.0.1:8080/sign-in/organisation/return";
    if !proven {
        return refused("invalid_grant");
    }
    (StatusCode::OK, Json(json!({ "access_token": "not used", "token_type": "Bearer", "id_token": token })))
}

/// A provider that runs, with these keys.
async fn fake(keys: &[&Key]) -> Fake {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let issuer = format!("http://{}/realm", listener.local_addr().expect("an address"));
    let keys = keys.iter().map(|key| key.jwk.clone()).collect();
    let desk = Desk { calls_itself: issuer.clone(), issuer, keys, ..Desk::default() };
    let desk: Fake = Arc::new(Mutex::new(desk));
    let discovery = async |State(desk): State<Fake>| {
        let Desk { issuer, calls_itself, .. } = &*desk.lock().expect("nobody panicked");
        Json(json!({
            "issuer": calls_itself,
            "authorization_endpoint": format!("{issuer}/authorize?realm=1"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "unknown": { "to": "us" },
        }))
    };
    let keys = async |State(desk): State<Fake>| {
        let mut desk = desk.lock().expect("nobody panicked");
        desk.asked_for_keys += 1;
        let odd = json!({ "kty": "of tomorrow", "kid": "odd" });
        let all: Vec<Value> = std::iter::once(odd).chain(desk.keys.iter().cloned()).collect();
        Json(json!({ "keys": all }))
    };
    let router = Router::new()
        .route("/realm/.well-known/openid-configuration", get(discovery))
        .route("/realm/keys", get(keys))
        .route("/realm/token", post(token))
        .with_state(Arc::clone(&desk));
    tokio::spawn(async move { axum::serve(listener, router).await });
    desk
}

/// Settings of a server that this provider vouches to.
fn trusting(issuer: &str) -> Settings {
    let text = format!(
        "issuer = \"{issuer}\"\nclient_id = \"jixiao-test\"\nclient_secret_file = \"secret\"\n\
         redirect = \"http://127.0.0.1:8080/sign-in/organisation/return\"\n"
    );
    let written = Written::parse("oidc.toml", &text).expect("the settings are sound");
    let provider = Provider::new(written, &format!("{SECRET}\n"), None).expect("they name a provider");
    Settings { organisation: Some(Arc::new(provider)), ..Settings::default() }
}

/// Runs a test with a provider that has these keys, and with the officer of 湛江 linked to [`SUBJECT`].
fn vouched<F: AsyncFnOnce(&Browser, Fake)>(keys: &[&Key], test: F) {
    let desk: Mutex<Option<Fake>> = Mutex::new(None);
    let settings = async {
        let started = fake(keys).await;
        let issuer = started.lock().expect("nobody panicked").issuer.clone();
        *desk.lock().expect("nobody panicked") = Some(started);
        trusting(&issuer)
    };
    visited_with(settings, async |browser| {
        let desk = desk.lock().expect("nobody panicked").take().expect("it runs");
        let issuer = desk.lock().expect("nobody panicked").issuer.clone();
        link(&browser, "zhanjiang", &issuer, SUBJECT).await;
        test(&browser, desk).await;
    });
}

async fn link(browser: &Browser, name: &str, issuer: &str, subject: &str) {
    let may = person("root").may(deeds::ManageUsers, &Target::system()).expect("an administrator");
    let identity = Identity { issuer: issuer.to_owned(), subject: subject.to_owned() };
    let mut change =
        browser.database.change(Actor::new("root", "test"), browser.state.now()).await.expect("a change");
    change.link_account(&may, name, &identity).await.expect("it is linked");
    change.commit().await.expect("it is kept");
}

fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let all = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    all.map(str::to_owned).find(|line| line.split('=').next() == Some(name))
}

/// Somebody on their way to the provider: what they were sent there with.
async fn leaves(visitor: &mut Visitor<'_>, path: &str) -> BTreeMap<String, String> {
    // Tries to sign in are counted by the minute, and these tests try often.
    later(60 * SECOND);
    let answer = visitor.looks(path).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let begun = cookie(&answer, "jixiao-begun").expect("a cookie");
    assert!(begun.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"), "{begun}");
    visitor.cookie = begun.split(';').next().unwrap_or_default().to_owned();
    let (to, query) = answer.header("location").split_once('?').expect("a query");
    assert!(to.ends_with("/realm/authorize"), "{to}");
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Claims as they should be.
fn claims(browser: &Browser, desk: &Fake, asked: &BTreeMap<String, String>) -> Value {
    let now = browser.state.now().0 / SECOND;
    let issuer = desk.lock().expect("nobody panicked").issuer.clone();
    // Roles that the organisation would like to give are none of ours.
    json!({ "iss": issuer, "sub": SUBJECT, "aud": "jixiao-test", "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        "roles": ["administrator"], "name": "某人" })
}

/// The provider sends somebody back, with a code for this token.
async fn returns(
    visitor: &Visitor<'_>,
    desk: &Fake,
    asked: &BTreeMap<String, String>,
    token: String,
) -> Answer {
    let code = format!("code-{}", asked["state"]);
    let grant = (asked["code_challenge"].clone(), token);
    desk.lock().expect("nobody panicked").granted.insert(code.clone(), grant);
    visitor.looks(&format!("/sign-in/organisation/return?state={}&code={code}", asked["state"])).await
}

/// Nobody was let in: no session, and this number on the page.
fn assert_refused(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text);
    assert!(answer.text.contains(code), "{what}: {}", answer.text);
    assert_eq!(cookie(answer, "jixiao"), None, "{what}");
}

/// The newest audit record of a deed: who, subject, why.
async fn newest(browser: &Browser, deed: &str) -> (String, String, String) {
    let search = Search { deed: Some(deed.to_owned()), ..Search::default() };
    let found = browser.database.records(&search, 1).await.expect("it answers");
    let record = found.into_iter().next().expect("a record").record;
    (record.who, record.subject, record.reason)
}

#[test]
fn whoever_is_linked_is_let_in_as_with_a_password_and_with_the_roles_of_this_book_alone() {
    let (rsa, p256) = (Key::rsa("r"), Key::p256("e"));
    vouched(&[&rsa, &p256], async |browser, desk| {
        let mut visitor = browser.enters("").await;
        let page = visitor.looks("/sign-in").await.text;
        assert!(
            page.contains("href=\"/sign-in/organisation\"") && page.contains("用统一身份认证登录"),
            "{page}"
        );
        for (key, algorithm) in
            [(&rsa, Algorithm::RS256), (&rsa, Algorithm::PS256), (&p256, Algorithm::ES256)]
        {
            visitor.cookie.clear();
            let asked = leaves(&mut visitor, "/sign-in/organisation?back=/schemes?a=1%26b=2").await;
            for (name, value) in [
                ("response_type", "code"),
                ("realm", "1"),
                ("client_id", "jixiao-test"),
                ("redirect_uri", "http://127.0.0.1:8080/sign-in/organisation/return"),
                ("scope", "openid"),
                ("code_challenge_method", "S256"),
                ("ui_locales", "zh-CN"),
            ] {
                assert_eq!(asked[name], value, "{name}");
            }
            let token = key.signs(algorithm, &claims(browser, &desk, &asked));
            let answer = returns(&visitor, &desk, &asked, token).await;
            assert_eq!(answer.status, 200, "{algorithm:?}: {}", answer.text);
            // On by the page itself: a redirect would not carry the strict cookie.
            assert!(answer.text.contains("content=\"0;url=/schemes?a=1&#38;b=2\""), "{}", answer.text);
            let session = cookie(&answer, "jixiao").expect("a session");
            assert!(session.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"), "{session}");
            assert!(cookie(&answer, "jixiao-begun").expect("it is forgotten").contains("Max-Age=0"));
            visitor.cookie = session.split(';').next().unwrap_or_default().to_owned();
            let account = visitor.looks("/account").await;
            assert_eq!(account.status, 200);
            assert!(account.text.contains("zhanjiang"), "{}", account.text);
            assert_eq!(visitor.looks("/people").await.status, 403, "no role comes from a token");
            let (who, subject, _) = newest(browser, "session.begin").await;
            assert_eq!((who.as_str(), subject.as_str()), ("zhanjiang", "person/zhanjiang"));
            // Whoever is in needs no provider.
            assert_eq!(visitor.looks("/sign-in/organisation").await.header("location"), "/");
            // Half an hour without a request ends it, as any session.
            later(1801 * SECOND);
            assert_eq!(visitor.looks("/account").await.status, 401);
        }
    });
}

#[test]
fn a_way_back_is_good_once_for_the_browser_that_left_and_for_ten_minutes() {
    let key = Key::rsa("r");
    vouched(&[&key], async |browser, desk| {
        let mut visitor = browser.enters("").await;
        let asked = leaves(&mut visitor, "/sign-in/organisation").await;
        let good = key.signs(Algorithm::RS256, &claims(browser, &desk, &asked));
        let mut wrong = asked.clone();
        wrong.insert("state".to_owned(), "0".repeat(64));
        assert_refused(&returns(&visitor, &desk, &wrong, good.clone()).await, 401, "JX-2005", "wrong state");
        let none = visitor.looks("/sign-in/organisation/return?code=x").await;
        assert_refused(&none, 401, "JX-2005", "no state");
        assert_eq!(
            returns(&visitor, &desk, &asked, good.clone()).await.status,
            200,
            "nothing was used up yet"
        );
        assert_refused(
            &returns(&visitor, &desk, &asked, good).await,
            401,
            "JX-2005",
            "a state that was used",
        );

        let asked = leaves(&mut visitor, "/sign-in/organisation").await;
        let good = key.signs(Algorithm::RS256, &claims(browser, &desk, &asked));
        let other = browser.enters("").await;
        assert_refused(&returns(&other, &desk, &asked, good.clone()).await, 401, "JX-2005", "no cookie");
        assert_refused(&returns(&visitor, &desk, &asked, good).await, 401, "JX-2005", "used up by another");

        let asked = leaves(&mut visitor, "/sign-in/organisation").await;
        let mut late = claims(browser, &desk, &asked);
        late["exp"] = (late["exp"].as_i64().expect("a number") + 3600).into();
        later(600 * SECOND);
        let late = key.signs(Algorithm::RS256, &late);
        assert_refused(&returns(&visitor, &desk, &asked, late).await, 401, "JX-2005", "too late");

        for (query, what) in [
            ("error=access_denied", "the provider refuses"),
            ("", "neither code nor error"),
            ("code=x&iss=https://another.example", "another issuer sends them back"),
        ] {
            let asked = leaves(&mut visitor, "/sign-in/organisation").await;
            let path = format!("/sign-in/organisation/return?state={}&{query}", asked["state"]);
            assert_refused(&visitor.looks(&path).await, 401, "JX-2005", what);
        }
        // A code that the provider did not give for this sign-in.
        let asked = leaves(&mut visitor, "/sign-in/organisation").await;
        let path = format!("/sign-in/organisation/return?state={}&code=invented", asked["state"]);
        assert_refused(&visitor.looks(&path).await, 401, "JX-2005", "an invented code");
    });
}

#[test]
fn a_token_with_any_fault_lets_nobody_in() {
    let (key, ours, forger) = (Key::rsa("r"), Key::p256("e"), Key::rsa("r"));
    vouched(&[&key, &ours], async |browser, desk| {
        let mut visitor = browser.enters("").await;
        let set = |claims: &Value, name: &str, value: Value| {
            let mut claims = claims.clone();
            claims[name] = value;
            claims
        };
        let without = |claims: &Value, name: &str| {
            let mut claims = claims.clone();
            claims.as_object_mut().expect("an object").remove(name);
            claims
        };
        let now = |claims: &Value| claims["iat"].as_i64().expect("a number");
        let rs = |claims: Value| key.signs(Algorithm::RS256, &claims);
        let plain = |head: Value, claims: &Value, signature: &str| {
            use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as text};
            format!("{}.{}.{signature}", text.encode(head.to_string()), text.encode(claims.to_string()))
        };
        type Make<'a> = &'a dyn Fn(&Value) -> String;
        let cases: &[(&str, bool, Make<'_>)] = &[
            ("as it should be", true, &|c| rs(c.clone())),
            ("wrong nonce", false, &|c| rs(set(c, "nonce", "another".into()))),
            ("no nonce", false, &|c| rs(without(c, "nonce"))),
            ("over for 59 seconds", true, &|c| rs(set(c, "exp", (now(c) - 59).into()))),
            ("over for 60 seconds", false, &|c| rs(set(c, "exp", (now(c) - 60).into()))),
            ("no end", false, &|c| rs(without(c, "exp"))),
            ("no beginning", false, &|c| rs(without(c, "iat"))),
            ("made 60 seconds from now", true, &|c| rs(set(c, "iat", (now(c) + 60).into()))),
            ("made 61 seconds from now", false, &|c| rs(set(c, "iat", (now(c) + 61).into()))),
            ("good from 60 seconds on", true, &|c| rs(set(c, "nbf", (now(c) + 60).into()))),
            ("good from 61 seconds on", false, &|c| rs(set(c, "nbf", (now(c) + 61).into()))),
            ("for somebody else", false, &|c| rs(set(c, "aud", "another".into()))),
            ("for several, made out to us", true, &|c| {
                rs(set(&set(c, "aud", json!(["another", "jixiao-test"])), "azp", "jixiao-test".into()))
            }),
            ("for several, made out to nobody", false, &|c| {
                rs(set(c, "aud", json!(["another", "jixiao-test"])))
            }),
            ("made out to another", false, &|c| rs(set(c, "azp", "another".into()))),
            ("of another issuer", false, &|c| rs(set(c, "iss", "https://another.example".into()))),
            ("of the issuer with a slash more", false, &|c| {
                rs(set(c, "iss", format!("{}/", c["iss"].as_str().unwrap_or_default()).into()))
            }),
            ("of nobody", false, &|c| rs(set(c, "sub", "".into()))),
            ("signed by a forger under the same name", false, &|c| forger.signs(Algorithm::RS256, c)),
            ("signed by the other kind of key under the name of this one", false, &|c| {
                let header = Header { kid: Some("r".to_owned()), ..Header::new(Algorithm::ES256) };
                encode(&header, c, &ours.private).expect("it is signed")
            }),
            ("signed with RS512", false, &|c| key.signs(Algorithm::RS512, c)),
            ("not signed at all", false, &|c| plain(json!({ "alg": "none", "kid": "r" }), c, "")),
            ("none, with a signature", false, &|c| plain(json!({ "alg": "none", "kid": "r" }), c, "c2ln")),
            ("HS256 with the public key", false, &|c| {
                let header = Header { kid: Some("r".to_owned()), ..Header::new(Algorithm::HS256) };
                encode(&header, c, &EncodingKey::from_secret(&key.public)).expect("it is signed")
            }),
            ("HS256 with the client's secret", false, &|c| {
                let header = Header::new(Algorithm::HS256);
                encode(&header, c, &EncodingKey::from_secret(SECRET.as_bytes())).expect("it is signed")
            }),
            ("with something critical", false, &|c| {
                let mut header = Header { kid: Some("r".to_owned()), ..Header::new(Algorithm::RS256) };
                header.crit = Some(vec!["b64".to_owned()]);
                encode(&header, c, &key.private).expect("it is signed")
            }),
            ("changed after it was signed", false, &|c| {
                let good = rs(set(c, "sub", "somebody".into()));
                let other = rs(c.clone());
                let parts: Vec<&str> = other.split('.').collect();
                format!("{}.{}.{}", parts[0], parts[1], good.split('.').nth(2).unwrap_or_default())
            }),
            ("no name of a key, where only one fits", true, &|c| {
                encode(&Header::new(Algorithm::RS256), c, &key.private).expect("it is signed")
            }),
            ("no token", false, &|_| "no token".to_owned()),
        ];
        for (what, good, make) in cases {
            visitor.cookie.clear();
            let asked = leaves(&mut visitor, "/sign-in/organisation").await;
            let token = make(&claims(browser, &desk, &asked));
            let answer = returns(&visitor, &desk, &asked, token).await;
            if *good {
                assert_eq!(answer.status, 200, "{what}: {}", answer.text);
                assert!(cookie(&answer, "jixiao").is_some(), "{what}");
            } else {
                assert_refused(&answer, 401, "JX-2005", what);
                let clocks = what.contains("seconds");
                assert_eq!(answer.text.contains("时钟"), clocks, "{what}: {}", answer.text);
            }
        }
    });
}

#[test]
fn new_keys_are_fetched_when_one_is_not_known_but_not_for_every_token() {
    let (old, new) = (Key::rsa("old"), Key::rsa("new"));
    vouched(&[&old], async |browser, desk| {
        let mut visitor = browser.enters("").await;
        let fetched = || desk.lock().expect("nobody panicked").asked_for_keys;
        let asked = leaves(&mut visitor, "/sign-in/organisation").await;
        let token = old.signs(Algorithm::RS256, &claims(browser, &desk, &asked));
        assert_eq!(returns(&visitor, &desk, &asked, token).await.status, 200);
        assert_eq!(fetched(), 1);
        // A minute goes by. A key that nobody published: asked for once, refused.
        visitor.cookie.clear();
        let asked = leaves(&mut visitor, "/sign-in/organisation").await;
        let token = new.signs(Algorithm::RS256, &claims(browser, &desk, &asked));
        assert_refused(&returns(&visitor, &desk, &asked, token).await, 401, "JX-2005", "not published");
        assert_eq!(fetched(), 2);
        // Published now; another minute later it is found, and the old one is good no longer.
        desk.lock().expect("nobody panicked").keys = vec![new.jwk.clone()];
        let asked = leaves(&mut visitor, "/sign-in/organisation").await;
        let token = new.signs(Algorithm::RS256, &claims(browser, &desk, &asked));
        assert_eq!(returns(&visitor, &desk, &asked, token).await.status, 200, "the keys are fetched again");
        assert_eq!(fetched(), 3);
        visitor.cookie.clear();
        let asked = leaves(&mut visitor, "/sign-in/organisation").await;
        later(-55 * SECOND);
        let token = old.signs(Algorithm::RS256, &claims(browser, &desk, &asked));
        assert_refused(&returns(&visitor, &desk, &asked, token).await, 401, "JX-2005", "taken back");
        assert_eq!(fetched(), 3, "five seconds after the last time nobody asks again");
    });
}

#[test]
fn strangers_and_those_whose_account_is_closed_or_locked_stay_out_and_the_audit_chain_says_who() {
    let key = Key::rsa("r");
    vouched(&[&key], async |browser, desk| {
        let mut visitor = browser.enters("").await;
        let tries = async |visitor: &mut Visitor<'_>, subject: &str| {
            let asked = leaves(visitor, "/sign-in/organisation").await;
            let mut claims = claims(browser, &desk, &asked);
            claims["sub"] = subject.into();
            returns(visitor, &desk, &asked, key.signs(Algorithm::RS256, &claims)).await
        };
        let stranger = tries(&mut visitor, "stranger-99").await;
        assert_refused(&stranger, 403, "JX-2006", "not linked");
        assert!(!stranger.text.contains("stranger-99"), "{}", stranger.text);
        assert!(stranger.text.contains("管理员"), "{}", stranger.text);
        let (who, subject, why) = newest(browser, "session.refused").await;
        let issuer = desk.lock().expect("nobody panicked").issuer.clone();
        assert_eq!((who.as_str(), subject.as_str()), ("public", "person-link"));
        assert_eq!(why, format!("not linked: {issuer} stranger-99"));
        let people = browser.database.people().await.expect("it answers");
        assert_eq!(people.len(), common::accounts().len(), "nobody is made by signing in");
        // The subject is to the letter.
        assert_refused(&tries(&mut visitor, "S-17").await, 403, "JX-2006", "another letter");

        let limits = Limits::default();
        let account = people.iter().find(|account| account.name == "zhanjiang").expect("an account");
        for _ in 0..5 {
            let now = browser.state.now();
            let mut change = browser.database.change(Actor::new("x", "test"), now).await.expect("a change");
            change.wrong_password(account, &limits).await.expect("it counts");
            change.commit().await.expect("it is kept");
        }
        // The fifth wrong password locks for 30 seconds; a minute goes by before each try here.
        let asked = leaves(&mut visitor, "/sign-in/organisation").await;
        later(-60 * SECOND);
        let token = key.signs(Algorithm::RS256, &claims(browser, &desk, &asked));
        let locked = returns(&visitor, &desk, &asked, token).await;
        assert_refused(&locked, 429, "JX-2003", "locked");
        assert_eq!(locked.header("retry-after"), "31");
        assert_eq!(newest(browser, "session.refused").await.2, "locked");
        later(60 * SECOND);
        assert_eq!(tries(&mut visitor, SUBJECT).await.status, 200, "the lock is over");

        let may = person("root").may(deeds::ManageUsers, &Target::system()).expect("an administrator");
        let now = browser.state.now();
        let mut change = browser.database.change(Actor::new("root", "test"), now).await.expect("a change");
        change.set_active(&may, "zhanjiang", false, "离职").await.expect("it is closed");
        change.commit().await.expect("it is kept");
        visitor.cookie.clear();
        let closed = tries(&mut visitor, SUBJECT).await;
        assert_refused(&closed, 403, "JX-2006", "closed");
        let (who, subject, why) = newest(browser, "session.refused").await;
        assert_eq!(
            (who.as_str(), subject.as_str(), why.as_str()),
            ("zhanjiang", "person/zhanjiang", "closed")
        );
        // The same answer as a stranger's, but for the reference.
        let bare = |answer: &Answer| answer.text.split("<code>").next().unwrap_or_default().to_owned();
        assert_eq!(bare(&closed), bare(&stranger));
    });
}

#[test]
fn one_goes_on_to_pages_of_this_site_only() {
    let key = Key::rsa("r");
    vouched(&[&key], async |browser, desk| {
        let mut visitor = browser.enters("").await;
        for (back, to) in [
            ("/schemes", "/schemes"),
            ("https://elsewhere.example/", "/"),
            ("//elsewhere.example/", "/"),
            ("/%5Celsewhere.example", "/"),
            // Browsers leave tabs and ends of lines out: what is left would be `//elsewhere.example`.
            ("/%09/elsewhere.example", "/"),
            ("/%0A/elsewhere.example", "/"),
            ("javascript:alert(1)", "/"),
            ("schemes", "/"),
        ] {
            visitor.cookie.clear();
            let asked = leaves(&mut visitor, &format!("/sign-in/organisation?back={back}")).await;
            let token = key.signs(Algorithm::RS256, &claims(browser, &desk, &asked));
            let answer = returns(&visitor, &desk, &asked, token).await;
            assert!(answer.text.contains(&format!("content=\"0;url={to}\"")), "{back}: {}", answer.text);
            // The switch of languages goes back by the same rule.
            let switched = visitor.looks(&format!("/language/en?back={back}")).await;
            assert_eq!(switched.header("location"), to, "{back}");
        }
    });
}

#[test]
fn a_provider_that_is_not_there_or_is_another_keeps_nobody_from_the_password() {
    // Nobody listens at port 9 of this machine.
    visited_with(async { trusting("http://127.0.0.1:9/realm") }, async |browser| {
        let visitor = browser.enters("").await;
        let answer = visitor.looks("/sign-in/organisation").await;
        assert_refused(&answer, 503, "JX-5004", "nobody listens");
        assert!(answer.text.contains("密码") && !answer.text.contains("127.0.0.1:9"), "{}", answer.text);
        browser.enters("zhanjiang").await;
    });
    let key = Key::rsa("r");
    vouched(&[&key], async |browser, desk| {
        desk.lock().expect("nobody panicked").calls_itself.push('/');
        let answer = browser.enters("").await.looks("/sign-in/organisation").await;
        assert_refused(&answer, 503, "JX-5004", "it calls itself something else");
    });
}

#[test]
fn where_no_provider_is_set_nothing_is_offered() {
    visited(async |browser| {
        let visitor = browser.enters("").await;
        assert!(!visitor.looks("/sign-in").await.text.contains("/sign-in/organisation"));
        for path in ["/sign-in/organisation", "/sign-in/organisation/return?state=a&code=b"] {
            assert_eq!(visitor.looks(path).await.status, 404, "{path}");
        }
    });
}
