//! The OpenAPI 3.1 document, made of the list of routes and of the types that they take and give.

use std::collections::BTreeMap;

use jixiao_core::{checks::Text, workflow::machines};
use serde_json::{Map, Value, json};

use crate::{
    problem::{ALL, ProblemBody},
    route::{Gives, Kind, Param, Route, Sends, Shape, Verb, Who},
};

/// The content type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn said(text: Text) -> String {
    format!("{} · {}", text.zh, text.en)
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn query(param: &Param) -> Value {
    let schema = match &param.kind {
        Kind::Text => json!({ "type": "string", "minLength": 1, "maxLength": 200 }),
        Kind::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::OneOf(words) => json!({ "type": "string", "enum": words }),
        Kind::Yes => json!({ "type": "boolean" }),
    };
    let Param { name, required, what, .. } = param;
    json!({ "name": name, "in": "query", "required": required, "description": said(*what), "schema": schema })
}

/// What a name in an address stands for.
fn in_path(name: &str) -> Value {
    let schema = match name {
        "id" => json!({ "type": "integer", "format": "int64", "minimum": 1 }),
        "machine" => {
            let known: Vec<&str> = machines::ALL.iter().map(|machine| machine.id).collect();
            json!({ "type": "string", "enum": known })
        }
        "code" => {
            let known: Vec<&str> = ALL.iter().map(|code| code.number).collect();
            json!({ "type": "string", "enum": known })
        }
        "sha256" => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
        _ => json!({ "type": "string", "minLength": 1, "maxLength": 128 }),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn header(name: &str, required: bool, what: Text, schema: Value) -> Value {
    json!({ "name": name, "in": "header", "required": required, "description": said(what), "schema": schema })
}

/// The statuses of problems that a route can answer with.
fn problems(route: &Route) -> Vec<u16> {
    let mut all = vec![429, 500, 503];
    if route.who != Who::Everyone {
        all.extend([400, 401, 403]);
    }
    if !route.query.is_empty() {
        all.push(400);
    }
    if route.names().next().is_some() {
        all.extend([400, 404]);
    }
    if route.verb != Verb::Get {
        all.extend([400, 401, 403, 404, 409, 422]);
    }
    if !matches!(route.sends, Sends::Nothing) {
        all.extend([400, 413, 415, 422]);
    }
    if route.if_match {
        all.extend([412, 428]);
    }
    if matches!(route.gives, Gives::List(_)) {
        all.extend([404, 406]);
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn operation(route: &Route, funds: &[&str]) -> Value {
    let mut parameters: Vec<Value> = route.names().map(in_path).collect();
    parameters.extend(route.query.iter().map(query));
    if !matches!(route.who, Who::Everyone | Who::Operator) {
        let what = "哪一个资金；只有一个时不必写 · which fund; not needed where there is one";
        let schema = json!({ "type": "string", "enum": funds });
        parameters.push(
            json!({ "name": "fund", "in": "query", "required": false, "description": what, "schema": schema }),
        );
    }
    if route.if_match {
        let what =
            Text { zh: "您看到的版本，即 ETag", en: "the revision that was looked at: the ETag" };
        parameters.push(header(
            "If-Match",
            true,
            what,
            json!({ "type": "string", "pattern": "^\"[0-9]{1,9}\"$" }),
        ));
    }
    if route.once {
        let what = Text {
            zh: "重试时用同一个键，不会办两次", en: "the same key again is not done twice"
        };
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" });
        parameters.push(header("Idempotency-Key", false, what, schema));
    }
    let mut responses = Map::new();
    responses.insert(route.status.to_string(), answer(route));
    for status in problems(route) {
        let titles: Vec<String> = ALL
            .iter()
            .filter(|code| code.status == status)
            .map(|code| format!("{} {}", code.number, said(code.title)))
            .collect();
        responses.insert(status.to_string(), problem(&titles.join("; ")));
    }
    let mut operation = json!({
        "operationId": route.id,
        "tags": [route.tag],
        "summary": said(route.title),
        "description": who(route.who),
        "parameters": parameters,
        "responses": responses,
        "security": if matches!(route.who, Who::Everyone | Who::Operator) {
            json!([])
        } else {
            json!([{ "token": [] }, { "session": [] }])
        },
    });
    let content = match &route.sends {
        Sends::Nothing => None,
        Sends::Json(shape) => Some(json!({ "application/json": { "schema": reference(&shape.name) } })),
        Sends::File => Some(json!({ "multipart/form-data": { "schema": {
            "type": "object",
            "required": ["file"],
            "properties": { "file": { "type": "string", "contentMediaType": "application/octet-stream" } },
        } } })),
    };
    if let (Some(content), Some(operation)) = (content, operation.as_object_mut()) {
        operation.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    operation
}

fn answer(route: &Route) -> Value {
    let content = match &route.gives {
        Gives::Nothing => return json!({ "description": "done" }),
        Gives::Json(shape) => json!({ "application/json": { "schema": reference(&shape.name) } }),
        Gives::List(shape) => json!({
            "application/json": { "schema": {
                "type": "object",
                "required": ["items", "next"],
                "properties": {
                    "items": { "type": "array", "items": reference(&shape.name) },
                    "next": {
                        "type": ["string", "null"],
                        "description": said(Text { zh: "下一页的地址；没有则为 null", en: "address of the next page; null on the last" }),
                    },
                },
            } },
            "text/csv": { "schema": { "type": "string" } },
            XLSX: { "schema": { "type": "string", "contentMediaType": XLSX } },
        }),
        Gives::Other(kind) => json!({ *kind: { "schema": match *kind {
            "application/json" => json!({ "type": "object" }),
            _ => json!({ "type": "string" }),
        } } }),
    };
    json!({ "description": said(route.title), "content": content })
}

fn problem(titles: &str) -> Value {
    json!({ "description": titles, "content": { crate::around::PROBLEM: { "schema": reference("Problem") } } })
}

/// Who may, in words.
pub fn who(who: Who) -> String {
    match who {
        Who::Everyone => "任何人 · everybody".to_owned(),
        Who::Operator => {
            "本机，或可查看系统状态者 · somebody at this very machine, or whoever may `read-system`"
                .to_owned()
        }
        Who::SignedIn => "已登录者 · whoever has signed in".to_owned(),
        Who::Machine => "按流程所列的权限 · by the deed that the way of the record names".to_owned(),
        Who::Job => "按任务种类所需的权限：`run-awards` 或 `issue-forms` · by the deed of the kind of job: `run-awards` or `issue-forms`".to_owned(),
        Who::Deed(deed) => {
            let label = deed.label();
            format!("`{}` {} · {}", deed.code(), label.zh, label.en)
        }
    }
}

/// The document of a server with some funds, by id.
pub fn document(routes: &[Route], funds: &[&str]) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    let mut take = |shape: &Shape| {
        for (name, schema) in &shape.schemas {
            // Schemas are plain values, which can always be written.
            schemas.insert(name.clone(), serde_json::to_value(schema).unwrap_or_default());
        }
    };
    take(&Shape::of::<ProblemBody>());
    let mut tags: Vec<&str> = Vec::new();
    for route in routes {
        if let Sends::Json(shape) = &route.sends {
            take(shape);
        }
        if let Gives::Json(shape) | Gives::List(shape) = &route.gives {
            take(shape);
        }
        if !tags.contains(&route.tag) {
            tags.push(route.tag);
        }
        let verb = route.verb.name().to_lowercase();
        paths.entry(route.path).or_default().insert(verb, operation(route, funds));
    }
    let tags: Vec<Value> = tags.into_iter().map(|tag| json!({ "name": tag })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "绩效 jixiao",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "公共资金绩效管理接口。金额一律为整数分。 · The interface of performance management of public funds. Every amount is in whole fen.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "jixiao",
                    "description": "改动另须 X-CSRF-Token · changes take X-CSRF-Token too",
                },
            },
        },
    })
}
