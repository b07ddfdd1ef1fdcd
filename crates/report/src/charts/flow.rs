//! Money from claim to payment: what was claimed, each reduction by its name, what was awarded, what was paid.

use jixiao_core::finding::{Both, Lang};
use rust_decimal::Decimal;

use super::{
    Chart, Heading,
    frame::{self, Key, MARGIN},
    say,
    scale::Scale,
    svg::{Anchor, Fill, Px, Style, Svg, ink, px},
};
use crate::{figure::Figure, table::Table};

/// The flow of one scheme, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Title, unit, source.
    pub heading: Heading,
    /// 申报.
    pub claimed: FlowPart,
    /// Reductions in the order of the rule. A negative one (rounding that added) is listed, not drawn.
    pub reductions: Vec<FlowPart>,
    /// 核定支持.
    pub awarded: FlowPart,
    /// 拨付; missing where nothing is known of payments.
    pub paid: FlowPart,
    /// 核定未拨付: what is left of the award, handed in so that the chart computes no money.
    pub unpaid: FlowPart,
}

/// An amount with its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowPart {
    /// What it is.
    pub name: Both,
    /// How much.
    pub amount: Figure,
}

/// Where the three columns stand, and how wide a post is.
const POSTS: [Px; 3] = [px(130), px(360), px(560)];
const POST: Px = px(16);
/// Height of what was claimed.
const HEIGHT: Px = px(220);
/// Least distance between two labels: a name and an amount.
const PITCH: Px = px(38);
/// Space between two parts of a column.
const GAP: Px = px(12);

fn amount(part: &FlowPart) -> Decimal {
    part.amount.value().unwrap_or_default().max(Decimal::ZERO)
}

/// Name and amount beside a post, in two lines.
fn label(svg: &mut Svg, part: &FlowPart, x: Px, middle: Px, anchor: Anchor, most: Px, lang: Lang) {
    // A long name is smaller before it is cut.
    let name = part.name.get(lang);
    let style = if Style::BODY.width(name) <= most { Style::BODY } else { Style::SMALL.ink(ink::TEXT) };
    svg.text((x, middle - px(2)), anchor, style, &style.cut(name, most));
    let text = Style::SMALL.cut(part.amount.text.get(lang), most);
    svg.text((x, middle + px(12)), anchor, Style::SMALL.ink(ink::TEXT), &text);
}

impl Chart for Flow {
    fn svg(&self, lang: Lang) -> String {
        let legend = [
            (
                Key::Area(Fill::Solid(ink::GOOD)),
                say(lang, "申报、核定、拨付", "claimed, awarded, paid").to_owned(),
            ),
            (Key::Area(Fill::Hatched), say(lang, "核减（按原因）", "reductions by reason").to_owned()),
            (Key::Area(Fill::Hollow), say(lang, "核定未拨付", "awarded, not paid").to_owned()),
        ];
        let (mut svg, top) = frame::begin(&self.heading, &legend, lang);
        let top = top + px(16);
        let all = [&self.claimed, &self.awarded, &self.paid].map(amount);
        let scale = {
            let most = all.into_iter().max().unwrap_or_default();
            Scale::between(Decimal::ZERO, most, Vec::new(), 0, HEIGHT)
        };
        // What is there is at least a hair wide.
        let tall = |part: &FlowPart| match amount(part) {
            a if a.is_zero() => 0,
            a => scale.at(a).max(px(1)),
        };
        let [first, second, third] = POSTS;

        let claimed = tall(&self.claimed);
        svg.rect(first, top, POST, claimed, Fill::Solid(ink::GOOD));
        label(
            &mut svg,
            &self.claimed,
            first - px(8),
            top + claimed.max(PITCH) / 2,
            Anchor::End,
            px(106),
            lang,
        );

        // The middle column: what was awarded on top, under it each reduction.
        let awarded = tall(&self.awarded);
        svg.band((first + POST, top, top + awarded.min(claimed)), (second, top, top + awarded), "#c5d7ea");
        svg.rect(second, top, POST, awarded, Fill::Solid(ink::GOOD));
        // The last column: what was paid, and what was not yet.
        let (paid, unpaid) = (tall(&self.paid), tall(&self.unpaid));
        svg.band((second + POST, top, top + paid.min(awarded)), (third, top, top + paid), "#c5d7ea");
        svg.rect(third, top, POST, paid, Fill::Solid(ink::GOOD));
        let x = third + POST + px(8);
        label(&mut svg, &self.paid, x, top + paid.max(PITCH) / 2, Anchor::Start, px(112), lang);
        let mut right = top + paid.max(PITCH);
        if unpaid > 0 {
            let begin = right + GAP;
            let left = top + paid.min(awarded);
            svg.band((second + POST, left, left + unpaid), (third, begin, begin + unpaid), ink::BACK);
            svg.rect(third, begin, POST, unpaid, Fill::Hollow);
            label(&mut svg, &self.unpaid, x, begin + unpaid.max(PITCH) / 2, Anchor::Start, px(112), lang);
            right = begin + unpaid.max(PITCH);
        }

        let mut from = top + awarded.min(claimed);
        // Reductions begin below what stands beside the last column, so that their names have all the room.
        let mut y = (top + awarded.max(PITCH) + GAP).max(right + GAP / 2);
        for part in &self.reductions {
            let high = tall(part);
            svg.band((first + POST, from, from + high), (second, y, y + high), "#e9d9cf");
            svg.rect(second, y, POST, high, Fill::Hatched);
            label(
                &mut svg,
                part,
                second + POST + px(8),
                y + high.max(PITCH) / 2,
                Anchor::Start,
                px(300),
                lang,
            );
            from += high;
            y += high.max(PITCH) + GAP / 2;
        }
        label(
            &mut svg,
            &self.awarded,
            second + POST + px(8),
            top + awarded.max(PITCH) / 2,
            Anchor::Start,
            px(150),
            lang,
        );
        let bottom = y.max(right).max(top + claimed);
        let description = {
            let [claimed, awarded, paid] =
                [&self.claimed, &self.awarded, &self.paid].map(|part| part.amount.with_unit());
            match lang {
                Lang::Zh => format!(
                    "申报{}，核减{}项，核定{}，拨付{}。",
                    claimed.zh,
                    self.reductions.len(),
                    awarded.zh,
                    paid.zh
                ),
                Lang::En => format!(
                    "Claimed {}, {} reductions, awarded {}, paid {}.",
                    claimed.en,
                    self.reductions.len(),
                    awarded.en,
                    paid.en
                ),
            }
        };
        debug_assert!(third + POST < svg.width() - MARGIN);
        frame::end(svg, bottom, &self.heading, &description, lang)
    }

    fn table(&self, lang: Lang) -> Table {
        let columns = match lang {
            Lang::Zh => ["环节", "金额"],
            Lang::En => ["stage", "amount"],
        };
        let parts = [&self.claimed]
            .into_iter()
            .chain(&self.reductions)
            .chain([&self.awarded, &self.paid, &self.unpaid])
            .map(|part| [part.name.get(lang), part.amount.text.get(lang)].map(str::to_owned).to_vec());
        Table { columns: columns.map(str::to_owned).to_vec(), rows: parts.collect() }
    }
}
