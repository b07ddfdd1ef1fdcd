//! Mistakes in the files of a fund folder, drawn with a caret at their place.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use jixiao_core::finding::Lang;
use jixiao_engine::fault::{Fault, Span, Text};

/// All faults of a file, one drawing after the other. `place` stands before the file's name.
pub(crate) fn all(faults: &[Fault], text: &Text, place: &str, lang: Lang) -> String {
    let drawn: Vec<String> = faults.iter().map(|fault| drawn(fault, text, place, lang, false)).collect();
    drawn.join("\n")
}

/// One fault: the line, the caret, what is wrong, what to do.
pub(crate) fn drawn(fault: &Fault, text: &Text, place: &str, lang: Lang, colour: bool) -> String {
    let (error, next) = match lang {
        Lang::Zh => ("错误", "下一步"),
        Lang::En => ("error", "next"),
    };
    let label = |kind: AnnotationKind, span: &Span, words: &str| {
        let annotation = kind.span(within(&text.text, span));
        if words.is_empty() { annotation } else { annotation.label(words.to_owned()) }
    };
    let mut annotations = vec![label(AnnotationKind::Primary, &fault.span, fault.here.get(lang))];
    let others = fault.labels.iter();
    annotations.extend(others.map(|(span, words)| label(AnnotationKind::Context, span, words.get(lang))));
    let snippet = Snippet::source(text.text.as_str())
        .path(format!("{place}{}", text.name))
        .fold(true)
        .annotations(annotations);
    let level = Level::ERROR.with_name(error);
    let mut group = Group::with_title(level.primary_title(fault.message.get(lang))).element(snippet);
    let advice = fault.next.get(lang);
    if !advice.is_empty() {
        group = group.element(Level::NOTE.with_name(next).message(advice));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).term_width(160).render(&[group]) + "\n"
}

/// A span inside of the text and on the borders of its characters: one that reaches over its end is cut, since drawing must not fail.
fn within(text: &str, span: &Span) -> Span {
    let border = |at: usize| text.floor_char_boundary(at.min(text.len()));
    let start = border(span.start);
    start..border(span.end).max(start)
}
