//! XML as Office writes it: no document type, no entities but the five predefined ones, bounded depth.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::error::{Fault, ReadError, Spot};
use super::limits::{Budget, LimitKind};
use crate::grid::Format;

/// One step through a document.
pub(super) enum Node<'a> {
    /// An element begins; its end follows even if it is empty.
    Start(Tag<'a>),
    /// An element ends.
    End(String),
    /// Text, with references resolved. One run of text may come in several pieces.
    Text(String),
}

/// The beginning of an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Its name without the prefix. Prefixes are only customary, but Office parts do not mix vocabularies in a way
    /// that makes two local names clash where it matters.
    pub(super) fn local(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of an attribute, named without its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        // The check for duplicates costs the square of their number.
        attributes.with_checks(false);
        let found = attributes.flatten().find(|a| a.key.local_name().into_inner() == name)?;
        found.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok().map(std::borrow::Cow::into_owned)
    }

    /// The value of an attribute as a number.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// A bounded reader over one part.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    part: &'a str,
    format: Format,
    depth: u64,
    budget: Budget,
}

impl<'a> Xml<'a> {
    /// A reader over the text of a part.
    pub(super) fn new(text: &'a str, part: &'a str, format: Format, budget: &Budget) -> Self {
        let mut reader = Reader::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(text));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, part, format, depth: 0, budget: budget.clone() }
    }

    /// The next node, or nothing at the end of a complete document.
    pub(super) fn next(&mut self) -> Result<Option<Node<'a>>, ReadError> {
        loop {
            match self.reader.read_event() {
                Err(error) => return Err(self.fault_with("XML 语法错误", "XML syntax error", &error)),
                Ok(Event::Eof) if self.depth > 0 => {
                    return Err(self.fault(Fault::new("XML 没有结尾", "the XML ends in the middle")));
                }
                Ok(Event::Eof) => return Ok(None),
                Ok(Event::Start(tag)) => {
                    self.depth += 1;
                    self.budget.check(LimitKind::Nesting, self.depth)?;
                    return Ok(Some(Node::Start(Tag(tag))));
                }
                Ok(Event::End(tag)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Node::End(tag.local_name().into_inner().to_owned())));
                }
                Ok(Event::Text(text)) => return Ok(Some(Node::Text(text.xml10_content().into_owned()))),
                Ok(Event::CData(text)) => return Ok(Some(Node::Text(text.xml10_content().into_owned()))),
                Ok(Event::GeneralRef(reference)) => return self.reference(&reference).map(Some),
                Ok(Event::DocType(_)) => return Err(ReadError::Dtd(self.spot())),
                Ok(Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Empty(_)) => {}
            }
        }
    }

    /// Passes over everything up to the end of the element whose start was just read.
    pub(super) fn skip(&mut self) -> Result<(), ReadError> {
        let outside = self.depth - 1;
        while self.depth > outside {
            if self.next()?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The text within the element whose start was just read, elements of the names given left out.
    pub(super) fn inner_text(&mut self, leave_out: &[&str]) -> Result<String, ReadError> {
        let outside = self.depth - 1;
        let mut text = String::new();
        while self.depth > outside {
            match self.next()? {
                Some(Node::Start(tag)) if leave_out.contains(&tag.local()) => self.skip()?,
                Some(Node::Text(piece)) => text.push_str(&piece),
                Some(_) => {}
                None => break,
            }
        }
        Ok(text)
    }

    /// A character reference or one of the five predefined entities.
    fn reference(&self, reference: &quick_xml::events::BytesRef<'_>) -> Result<Node<'a>, ReadError> {
        if reference.is_char_ref() {
            return match reference.resolve_char_ref() {
                Ok(Some(c)) => Ok(Node::Text(c.to_string())),
                _ => Err(self.fault(Fault::new("字符引用无效", "a character reference is not valid"))),
            };
        }
        let name = reference.xml10_content();
        match quick_xml::escape::resolve_predefined_entity(&name) {
            Some(text) => Ok(Node::Text(text.to_owned())),
            None => Err(ReadError::Dtd(self.spot())),
        }
    }

    /// Where the reader stands.
    fn spot(&self) -> Spot {
        Spot::Part { name: self.part.to_owned(), byte: Some(self.reader.buffer_position()) }
    }

    /// An error at the reader's position.
    pub(super) fn fault(&self, fault: Fault) -> ReadError {
        ReadError::malformed(self.format, self.spot(), fault)
    }

    fn fault_with(&self, zh: &str, en: &str, detail: &dyn std::fmt::Display) -> ReadError {
        self.fault(Fault::detailed(zh, en, detail))
    }
}
