//! The log: one JSON object a line. Clock and where lines go are handed in.

use std::fmt::{Debug, Write as _};

use jixiao_store::Moment;
use serde_json::{Map, Value};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// Writes what happens as JSON lines: from `info` on of this program, from `warn` on of its libraries.
#[derive(Clone, Copy, Debug)]
pub struct JsonLines {
    /// The clock.
    pub now: fn() -> jiff::Timestamp,
    /// Takes a line without its end.
    pub write: fn(&str),
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _ = write!(text, "{value:?}");
        self.0.insert(field.name().to_owned(), Value::String(text));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), Value::String(value.to_owned()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

/// A moment as it is written in answers and in the log.
pub fn stamp(moment: Moment) -> String {
    moment.timestamp().map(|timestamp| timestamp.to_string()).unwrap_or_default()
}

impl Subscriber for JsonLines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let ours = metadata.target().starts_with("jixiao");
        metadata.is_event() && *metadata.level() <= if ours { Level::INFO } else { Level::WARN }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut line = Map::new();
        line.insert("at".to_owned(), Value::String((self.now)().to_string()));
        line.insert("level".to_owned(), Value::String(event.metadata().level().to_string().to_lowercase()));
        line.insert("target".to_owned(), Value::String(event.metadata().target().to_owned()));
        line.extend(fields.0);
        (self.write)(&Value::Object(line).to_string());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Sends the log of the whole process there.
///
/// # Errors
/// It goes somewhere else already.
pub fn begin(lines: JsonLines) -> Result<(), String> {
    tracing::subscriber::set_global_default(lines).map_err(|error| error.to_string())
}
