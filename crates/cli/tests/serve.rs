//! The accounts and the server from the command line: a first administrator, a server that answers, and one that stops when it is told to.

#![cfg(unix)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Invented, and of these tests alone.
const WORD: &str = "tqzvkmwplbdx";

fn jixiao(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jixiao"));
    command.args(args).current_dir(folder).env("JIXIAO_LANG", "en").env_remove("JIXIAO_DATABASE");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Calls the executable with a line for its standard input: exit code, what it printed, what it complained of.
fn call(folder: &Path, args: &[&str], line: &str) -> (i32, String, String) {
    let mut child = jixiao(folder, args).spawn().expect("the executable starts");
    // Whoever refuses at once does not read.
    let _ = child.stdin.take().expect("piped").write_all(line.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// One request by hand: the status line and the body.
fn ask(address: &str, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let text = format!("{request} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

/// A server that is ended with its test, whatever becomes of that.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn accounts_are_kept_and_the_server_answers_until_it_is_told_to_stop() {
    let folder = folder("whole");
    let (code, _, said) = call(&folder, &["serve", "--listen", "127.0.0.1:0"], "");
    assert_eq!(code, 2);
    assert!(said.contains("jixiao db migrate"), "{said}");
    assert_eq!(call(&folder, &["db", "migrate"], "").0, 0);

    for (role, word, expected) in [
        ("king", WORD, "there is no role king"),
        ("auditor", "short", "needs at least 12"),
        ("city-officer:999999", WORD, "999999 is not in the fund's list of regions"),
        ("city-officer", WORD, "held over a region"),
    ] {
        let (code, _, said) = call(&folder, &["user", "add", "wang", "--role", role], word);
        assert_eq!(code, 2, "{role}: {said}");
        assert!(said.contains(expected), "{role}: {said}");
    }
    let (_, list, _) = call(&folder, &["user", "list"], "");
    assert!(!list.contains("wang"), "nothing is half done: {list}");

    for (name, role) in [("root", "administrator"), ("zhang", "city-officer:440800")] {
        let (code, _, said) = call(&folder, &["user", "add", name, "--role", role], WORD);
        assert_eq!(code, 0, "{said}");
    }
    let (code, _, said) = call(&folder, &["user", "add", "root"], WORD);
    assert_eq!((code, said.contains("there already")), (2, true), "{said}");
    assert_eq!(call(&folder, &["user", "roles", "zhang", "--role", "auditor"], "").0, 0);
    assert_eq!(call(&folder, &["user", "password", "zhang"], "岭南的荔枝在六月最红而风从海上来").0, 0);
    let (_, list, _) = call(&folder, &["user", "list"], "");
    let roles: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(roles, ["administrator", "auditor@guangdong-trade-2024"]);

    let mut server =
        Running(jixiao(&folder, &["serve", "--listen", "127.0.0.1:0"]).spawn().expect("it starts"));
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().expect("piped")).read_line(&mut line).expect("it says where");
    let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).expect("an address");
    for path in ["/healthz", "/readyz", "/metrics", "/api/docs"] {
        assert_eq!(ask(address, &format!("GET {path}")).0, "HTTP/1.1 200 OK", "{path}");
    }
    let (status, body) = ask(address, "GET /api/v1/people");
    assert_eq!(status, "HTTP/1.1 401 Unauthorized");
    assert!(body.contains("JX-2001"), "{body}");
    let (_, funds) = ask(address, "GET /api/v1/funds");
    assert!(funds.contains("guangdong-trade-2024"), "the fund was put into the book: {funds}");

    let told = Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status().expect("it is told");
    assert!(told.success());
    assert_eq!(server.0.wait().expect("it ends").code(), Some(0));
    let mut log = String::new();
    server.0.stderr.take().expect("piped").read_to_string(&mut log).expect("the log");
    for line in log.lines() {
        assert!(line.starts_with('{') && line.ends_with('}'), "a JSON object a line: {line}");
    }
    assert!(log.contains("\"status\":401") && log.contains("\"message\":\"stopping\""), "{log}");
    assert_eq!(call(&folder, &["db", "verify"], "").0, 0);
}

#[test]
fn a_list_of_leaked_passwords_is_heeded_and_one_that_is_no_good_is_refused() {
    let folder = folder("leaked");
    assert_eq!(call(&folder, &["db", "migrate"], "").0, 0);
    fs::write(folder.join("words.txt"), format!("another one\n{WORD}\n")).expect("written");
    fs::write(folder.join("unsorted.txt"), "b\na\n").expect("written");
    let add =
        |list: &str, word: &str| call(&folder, &["user", "add", "wang", "--breached-passwords", list], word);
    for (list, word, said) in [
        ("words.txt", WORD, "a list of leaked ones"),
        ("words.txt", "Guangdong2024!", "names that anybody sees"),
        ("unsorted.txt", WORD, "unsorted.txt is not sorted"),
        ("none.txt", WORD, "none.txt cannot be opened"),
    ] {
        let (code, _, told) = add(list, word);
        assert_eq!(code, 2, "{list}: {told}");
        assert!(told.contains(said), "{list}: {told}");
    }
    let (code, _, told) = add("words.txt", "tqzvkmwplbdy");
    assert_eq!(code, 0, "{told}");
    let set = ["user", "password", "wang", "--breached-passwords", "words.txt"];
    assert_eq!(call(&folder, &set, WORD).0, 2);
    let serve = ["serve", "--listen", "127.0.0.1:0", "--breached-passwords", "unsorted.txt"];
    let (code, _, told) = call(&folder, &serve, "");
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("LC_ALL=C sort"), "{told}");
}

#[cfg(feature = "oidc")]
#[test]
fn accounts_are_linked_and_a_provider_that_cannot_be_is_refused_before_anybody_is_served() {
    let folder = folder("linked");
    assert_eq!(call(&folder, &["db", "migrate"], "").0, 0);
    assert_eq!(call(&folder, &["user", "add", "wang"], WORD).0, 0);
    let link = ["user", "link", "wang", "--issuer", "https://id.example", "--subject", "s-17"];
    let (code, out, told) = call(&folder, &link, "");
    assert_eq!(
        (code, out.as_str()),
        (0, "s-17 may sign in to wang with the organisation's account\n"),
        "{told}"
    );
    let (code, _, told) = call(&folder, &link, "");
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("is linked to the subject s-17"), "{told}");
    let (_, list, _) = call(&folder, &["user", "list"], "");
    assert!(
        list.lines().any(|line| line.split_whitespace().eq(["wang", "https://id.example", "s-17"])),
        "{list}"
    );
    let (code, out, _) = call(&folder, &["user", "unlink", "wang"], "");
    assert_eq!(code, 0);
    assert!(out.contains("no longer linked to wang"), "{out}");
    assert_eq!(call(&folder, &["user", "unlink", "wang"], "").0, 2);
    let (_, list, _) = call(&folder, &["user", "list"], "");
    assert!(!list.contains("s-17"), "{list}");

    let file = |redirect: &str| {
        format!(
            "issuer = \"http://127.0.0.1:9\"\nclient_id = \"jixiao\"\nclient_secret_file = \"secret\"\nredirect = \"{redirect}/sign-in/organisation/return\"\n"
        )
    };
    let serve = |more: &[&str]| {
        let mut args = vec!["serve", "--listen", "127.0.0.1:0", "--oidc", "conf/oidc.toml"];
        args.extend_from_slice(more);
        let (code, _, told) = call(&folder, &args, "");
        assert_eq!(code, 2, "{told}");
        told
    };
    assert!(serve(&[]).contains("oidc.toml cannot be read"));
    fs::create_dir_all(folder.join("conf")).expect("a folder");
    let keep = |name: &str, text: &str| fs::write(folder.join("conf").join(name), text).expect("written");
    keep("oidc.toml", &file("http://fund.example"));
    assert!(serve(&[]).contains("it is to be https"));
    keep("oidc.toml", &file("https://fund.example"));
    assert!(serve(&[]).contains("give --behind-tls"));
    assert!(serve(&["--behind-tls"]).contains("secret cannot be read"));
    keep("secret", "\n");
    assert!(serve(&["--behind-tls"]).contains("is empty"));
    keep("secret", "word\n");
    keep("oidc.toml", &file("http://127.0.0.1:8080"));
    assert!(serve(&["--behind-tls"]).contains("cookies go by https only"));

    // Where all of it is sound the server serves, and says in its log that the provider does not answer.
    let args = ["serve", "--listen", "127.0.0.1:0", "--oidc", "conf/oidc.toml"];
    let mut running = Running(jixiao(&folder, &args).spawn().expect("it starts"));
    let log = BufReader::new(running.0.stderr.take().expect("piped"));
    let warned = log.lines().map_while(Result::ok).find(|line| line.contains("\"why_zh\""));
    let warned = warned.expect("a warning");
    assert!(warned.contains("127.0.0.1:9") && warned.contains("no answer"), "{warned}");
}
