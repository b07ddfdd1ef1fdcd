//! Mistakes in the files of a fund folder, drawn with a caret at their place.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use jixiao_core::finding::Lang;
use jixiao_engine::fault::{Fault, Span, Text};

/// All faults of a file, one drawing after the other. `place` stands before the file's name.
pub(crate) fn all(faults: &[Fault], text: &Text, place: &str, lang: Lang) -> String {
    let level = Level::ERROR.with_name(if lang == Lang::Zh { "错误" } else { "error" });
    let drawn: Vec<String> = faults.iter().map(|fault| drawn(fault, &level, text, place, lang)).collect();
    drawn.join("\n")
}

/// All remarks on a file that is sound, drawn likewise.
pub(crate) fn remarks(faults: &[Fault], text: &Text, place: &str, lang: Lang) -> String {
    let level = Level::INFO.with_name(if lang == Lang::Zh { "提示" } else { "remark" });
    faults.iter().map(|fault| drawn(fault, &level, text, place, lang)).collect()
}

/// One fault: the line, the caret, what is wrong, what to do.
fn drawn(fault: &Fault, level: &Level<'_>, text: &Text, place: &str, lang: Lang) -> String {
    let next = match lang {
        Lang::Zh => "下一步",
        Lang::En => "next",
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
    let mut group = Group::with_title(level.clone().primary_title(fault.message.get(lang))).element(snippet);
    let advice = fault.next.get(lang);
    if !advice.is_empty() {
        group = group.element(Level::NOTE.with_name(next).message(advice));
    }
    Renderer::plain().decor_style(DecorStyle::Ascii).term_width(160).render(&[group]) + "\n"
}

/// A span inside of the text and on the borders of its characters: one that reaches over its end is cut, since drawing must not fail.
fn within(text: &str, span: &Span) -> Span {
    let border = |at: usize| text.floor_char_boundary(at.min(text.len()));
    let start = border(span.start);
    start..border(span.end).max(start)
}
