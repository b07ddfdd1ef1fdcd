//! A browser, asked through its driver (W3C WebDriver): the few commands that the tasks need.

use std::{
    cell::RefCell,
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(10);

/// The driver's process.
pub(crate) struct Driver {
    child: Child,
    at: String,
    agent: ureq::Agent,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Driver {
    /// Starts the driver at a free port.
    pub(crate) fn start(program: &str) -> Result<Self, String> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| error.to_string())?.port();
        let child = Command::new(program)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let driver = Self { child, at: format!("http://127.0.0.1:{port}"), agent };
        let until = Instant::now() + PATIENCE;
        while driver.ask("GET", "/status", None).is_err() {
            if Instant::now() > until {
                return Err(format!("{program} does not answer"));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(driver)
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let url = format!("{}{path}", self.at);
        let answer = match (method, body) {
            ("GET", _) => self.agent.get(&url).call(),
            ("DELETE", _) => self.agent.delete(&url).call(),
            (_, body) => self.agent.post(&url).send_json(body.unwrap_or(&json!({}))),
        };
        let mut answer = answer.map_err(|error| error.to_string())?;
        let good = answer.status().is_success();
        let mut body: Value = answer.body_mut().read_json().map_err(|error| error.to_string())?;
        let value = body["value"].take();
        if good { Ok(value) } else { Err(format!("{} {}", value["error"], value["message"])) }
    }

    /// A window of its own: so many pixels wide, with or without scripts.
    pub(crate) fn tab(&self, base: &str, width: u32, scripts: bool) -> Result<Tab<'_>, String> {
        let mut options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", format!("--window-size={width},1000"),
        ] });
        // Chinese first, whatever the machine speaks.
        options["prefs"] = json!({ "intl.accept_languages": "zh-CN" });
        if !scripts {
            options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let made = self.ask("POST", "/session", Some(&wanted))?;
        let id = made["sessionId"].as_str().ok_or("no session")?;
        let tab = Tab {
            driver: self,
            session: format!("/session/{id}"),
            base: base.to_owned(),
            width,
            shots: RefCell::new(0),
        };
        // A narrow window is only as narrow as asked when it is told so again.
        tab.ask("POST", "/window/rect", &json!({ "width": width, "height": 1000 }))?;
        Ok(tab)
    }
}

/// A window.
pub(crate) struct Tab<'d> {
    driver: &'d Driver,
    session: String,
    base: String,
    width: u32,
    shots: RefCell<u32>,
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        // The driver may have ended already.
        let _ = self.driver.ask("DELETE", &self.session, None);
    }
}

/// What a task says of what it saw.
pub(crate) type Seen = Result<(), String>;

impl Tab<'_> {
    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        self.driver.ask(method, &format!("{}{path}", self.session), Some(body))
    }

    /// Goes to a page of the site, or to a whole address.
    pub(crate) fn go(&self, path: &str) -> Seen {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.ask("POST", "/url", &json!({ "url": url })).map(drop)
    }

    /// Where it is, without the site.
    pub(crate) fn place(&self) -> Result<String, String> {
        let url = self.ask("GET", "/url", &Value::Null)?;
        Ok(url.as_str().unwrap_or_default().replacen(&self.base, "", 1))
    }

    /// The page as it is now.
    pub(crate) fn source(&self) -> Result<String, String> {
        Ok(self.ask("GET", "/source", &Value::Null)?.as_str().unwrap_or_default().to_owned())
    }

    fn find_by(&self, using: &str, value: &str) -> Result<String, String> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.ask("POST", "/element", &json!({ "using": using, "value": value })) {
                Ok(found) => {
                    let id = found.as_object().and_then(|map| map.values().next()).and_then(Value::as_str);
                    return id.map(str::to_owned).ok_or_else(|| format!("{value} is no element"));
                }
                Err(error) if Instant::now() > until => {
                    return Err(format!("{value} does not appear: {error}"));
                }
                Err(_) => sleep(Duration::from_millis(50)),
            }
        }
    }

    /// An element by its selector, once it is there.
    pub(crate) fn find(&self, css: &str) -> Result<String, String> {
        self.find_by("css selector", css)
    }

    /// Whether there is such an element just now.
    pub(crate) fn has(&self, css: &str) -> bool {
        self.ask("POST", "/element", &json!({ "using": "css selector", "value": css })).is_ok()
    }

    /// Clicks on an element.
    pub(crate) fn click(&self, css: &str) -> Seen {
        self.click_by("css selector", css)
    }

    fn click_by(&self, using: &str, value: &str) -> Seen {
        self.act_on(using, value, |element| {
            self.ask("POST", &format!("/element/{element}/click"), &json!({})).map(drop)
        })
    }

    /// Does something with an element. A page that comes in the place of another takes the element away from under the finger: then with the new one.
    fn act_on(&self, using: &str, value: &str, act: impl Fn(&str) -> Seen) -> Seen {
        let until = Instant::now() + PATIENCE;
        loop {
            let element = self.find_by(using, value)?;
            match act(&element) {
                Err(error) if error.contains("stale") && Instant::now() < until => {
                    sleep(Duration::from_millis(50));
                }
                other => return other,
            }
        }
    }

    /// Clicks on a link, a button or a heading that opens, by its words.
    pub(crate) fn click_words(&self, words: &str) -> Seen {
        let path = format!(
            "//*[self::a or self::button or self::summary][contains(normalize-space(.), \"{words}\")]"
        );
        self.click_by("xpath", &path)
    }

    /// Types into a field what was not there.
    pub(crate) fn fill(&self, css: &str, text: &str) -> Seen {
        self.act_on("css selector", css, |element| {
            self.ask("POST", &format!("/element/{element}/clear"), &json!({})).ok();
            self.ask("POST", &format!("/element/{element}/value"), &json!({ "text": text })).map(drop)
        })
    }

    /// Chooses a file in a field.
    pub(crate) fn choose_file(&self, css: &str, path: &std::path::Path) -> Seen {
        let text = path.display().to_string();
        self.act_on("css selector", css, |element| {
            self.ask("POST", &format!("/element/{element}/value"), &json!({ "text": text })).map(drop)
        })
    }

    /// Chooses an entry of a list by its value.
    pub(crate) fn choose(&self, css: &str, value: &str) -> Seen {
        self.click(&format!("{css} option[value=\"{value}\"]"))
    }

    /// The text of an element.
    pub(crate) fn text(&self, css: &str) -> Result<String, String> {
        let element = self.find(css)?;
        let text = self.ask("GET", &format!("/element/{element}/text"), &Value::Null)?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page says something.
    pub(crate) fn says(&self, words: &str) -> Seen {
        let until = Instant::now() + PATIENCE;
        loop {
            let text = self.text("body").unwrap_or_default();
            if text.contains(words) {
                return Ok(());
            }
            if Instant::now() > until {
                let start: String = text.chars().take(1500).collect();
                return Err(format!("the page does not say “{words}”; it says: {start}"));
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// Runs a script and waits for what it gives to its last argument.
    pub(crate) fn script(&self, script: &str) -> Result<Value, String> {
        self.ask("POST", "/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Keeps a picture of the whole page.
    pub(crate) fn shot(&self, name: &str) -> Seen {
        let height = self
            .ask(
                "POST",
                "/execute/sync",
                &json!({ "script": "return document.documentElement.scrollHeight", "args": [] }),
            )
            .ok()
            .and_then(|height| height.as_u64())
            .unwrap_or(1000)
            .clamp(500, 3000);
        self.ask("POST", "/window/rect", &json!({ "width": self.width, "height": height + 90 }))?;
        let picture = self.ask("GET", "/screenshot", &Value::Null)?;
        self.ask("POST", "/window/rect", &json!({ "width": self.width, "height": 1000 }))?;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shots");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let bytes = decoded(picture.as_str().unwrap_or_default());
        *self.shots.borrow_mut() += 1;
        fs::write(folder.join(format!("{name}.png")), bytes).map_err(|error| error.to_string())
    }
}

/// The bytes of a text in base 64.
fn decoded(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0u32);
    for digit in text.bytes().filter_map(|byte| ALPHABET.iter().position(|letter| *letter == byte)) {
        held = (held << 6 | u32::try_from(digit).unwrap_or(0)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap_or(0));
        }
    }
    bytes
}
