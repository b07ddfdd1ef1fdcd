//! The interface as a page: made of the document, with nothing from elsewhere.

use std::fmt::Write as _;

use serde_json::Value;

/// The page's style sheet.
pub const STYLE: &str = "\
body{font:16px/1.6 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:2px solid #d0d7de}
details{border:1px solid #d0d7de;border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}code,pre{font-family:ui-monospace,Consolas,monospace;font-size:.9rem}
pre{background:#f6f8fa;padding:.8rem;overflow:auto;border-radius:6px}
.verb{display:inline-block;min-width:4.2rem;font-weight:700}.who{color:#57606a}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #d0d7de;padding:.25rem .5rem;text-align:left;vertical-align:top}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}pre{background:#161b22}h2,details,td,th{border-color:#30363d}.who{color:#8b949e}a{color:#58a6ff}}
";

fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The name of a schema that is referred to.
fn referred(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// A schema in few words, with links.
fn shape(schema: &Value) -> String {
    if let Some(name) = referred(schema) {
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if let Some(items) = schema.get("items") {
        return format!("[{}]", shape(items));
    }
    if let Some(list) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
        return list.iter().map(shape).collect::<Vec<_>>().join(" | ");
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.iter().map(|word| safe(&word.to_string())).collect::<Vec<_>>().join(" | ");
    }
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        Some(Value::String(name)) => name.clone(),
        _ => "*".to_owned(),
    }
}

fn operation(out: &mut String, verb: &str, path: &str, operation: &Value) {
    // Writing to a text cannot fail, here and below.
    let _ = write!(
        out,
        "<details id=\"{id}\"><summary><span class=\"verb\">{verb}</span> <code>{path}</code> {title}</summary><p class=\"who\">{who}</p>",
        id = safe(text(operation, "operationId")),
        verb = verb.to_uppercase(),
        path = safe(path),
        title = safe(text(operation, "summary")),
        who = safe(text(operation, "description")),
    );
    let parameters = operation.get("parameters").and_then(Value::as_array);
    if let Some(parameters) = parameters.filter(|list| !list.is_empty()) {
        out.push_str("<table><tr><th>参数</th><th>in</th><th></th><th></th></tr>");
        for parameter in parameters {
            let required = parameter.get("required").and_then(Value::as_bool).unwrap_or_default();
            let _ = write!(
                out,
                "<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                safe(text(parameter, "name")),
                if required { " *" } else { "" },
                safe(text(parameter, "in")),
                shape(parameter.get("schema").unwrap_or(&Value::Null)),
                safe(text(parameter, "description")),
            );
        }
        out.push_str("</table>");
    }
    let contents = |of: &Value| -> String {
        let content = of.get("content").and_then(Value::as_object);
        let one = |(kind, media): (&String, &Value)| {
            let schema = media.get("schema").unwrap_or(&Value::Null);
            let inner = schema.pointer("/properties/items").unwrap_or(schema);
            format!("<code>{}</code> {}", safe(kind), shape(inner))
        };
        content.map(|content| content.iter().map(one).collect::<Vec<_>>().join("<br>")).unwrap_or_default()
    };
    if let Some(body) = operation.get("requestBody") {
        let _ = write!(out, "<p>→ {}</p>", contents(body));
    }
    if let Some(responses) = operation.get("responses").and_then(Value::as_object) {
        out.push_str("<table>");
        for (status, response) in responses {
            let _ = write!(
                out,
                "<tr><td>{status}</td><td>{}</td><td>{}</td></tr>",
                safe(text(response, "description")),
                contents(response)
            );
        }
        out.push_str("</table>");
    }
    out.push_str("</details>");
}

/// The page.
pub fn page(document: &Value) -> String {
    let title = document.pointer("/info/title").and_then(Value::as_str).unwrap_or_default();
    let about = document.pointer("/info/description").and_then(Value::as_str).unwrap_or_default();
    let mut out = format!(
        "<!doctype html><html lang=\"zh\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{t}</title><link rel=\"stylesheet\" href=\"/api/docs/style.css\"></head><body><h1>{t}</h1><p>{a}</p><p><a href=\"/api/openapi.json\">openapi.json</a></p>",
        t = safe(title),
        a = safe(about)
    );
    let none = Vec::new();
    let tags = document.get("tags").and_then(Value::as_array).unwrap_or(&none);
    let paths = document.get("paths").and_then(Value::as_object);
    for tag in tags {
        let tag = text(tag, "name");
        let _ = write!(out, "<h2>{}</h2>", safe(tag));
        for (path, item) in paths.into_iter().flatten() {
            for (verb, one) in item.as_object().into_iter().flatten() {
                let tagged = one.pointer("/tags/0").and_then(Value::as_str);
                if tagged == Some(tag) {
                    operation(&mut out, verb, path, one);
                }
            }
        }
    }
    out.push_str("<h2>Schemas</h2>");
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        // A schema is a plain value, which can always be written.
        let shown = serde_json::to_string_pretty(schema).unwrap_or_default();
        let name = safe(name);
        let _ = write!(
            out,
            "<details id=\"schema-{name}\"><summary>{name}</summary><pre>{}</pre></details>",
            safe(&shown)
        );
    }
    out.push_str("</body></html>");
    out
}
