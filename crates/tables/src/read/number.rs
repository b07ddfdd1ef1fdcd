//! Numbers of a workbook as text: exact, shortest, and with what their format adds to them.
//!
//! A workbook stores 0.9 and shows 90%, stores 45657 and shows 2024-12-31, stores 270 and shows ≥270. What is shown is
//! what was published, so the format's percent sign, date and literal text are part of the cell's text. How many
//! decimals are shown is not: the figure keeps all that were stored.

/// What the format of a cell does to a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NumberStyle {
    kind: Kind,
    prefix: String,
    suffix: String,
}

/// How a number is to be understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Plain,
    Percent,
    DateTime {
        date: bool,
        time: bool,
    },
}

/// The format code of a built-in format; those left out are plain numbers.
pub(super) const fn builtin_format(id: u32) -> &'static str {
    match id {
        9 | 10 => "0%",
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => "yyyy-m-d",
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => "h:mm:ss",
        22 => "yyyy-m-d h:mm",
        _ => "General",
    }
}

impl NumberStyle {
    /// Reads a format code. Of its sections the first decides, which is the one for positive numbers.
    pub(super) fn parse(code: &str) -> Self {
        if code.eq_ignore_ascii_case("general") || code.contains("通用格式") {
            return Self::default();
        }
        let mut scan = FormatScan::default();
        let mut chars = code.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                ';' => break,
                '"' => scan.literal(&chars.by_ref().take_while(|c| *c != '"').collect::<String>()),
                '\\' => scan.literal(&chars.next().map(String::from).unwrap_or_default()),
                // A blank of some character's width; a character repeated to fill the cell.
                '_' | '*' => drop(chars.next()),
                '[' => scan.bracket(&chars.by_ref().take_while(|c| *c != ']').collect::<String>()),
                'E' | 'e' if matches!(chars.peek(), Some('+' | '-')) => drop(chars.next()),
                'A' | 'a' if matches!(chars.peek(), Some('M' | 'm' | '/')) => {
                    while chars.peek().is_some_and(|c| "AMPamp/".contains(*c)) {
                        chars.next();
                    }
                }
                other => scan.symbol(other),
            }
        }
        scan.finish()
    }

    /// The text of a number in this style; `number` is a decimal as stored, with or without an exponent. What is no
    /// number is given back as it is.
    pub(super) fn render(&self, number: &str, epoch_1904: bool) -> String {
        let Some(exact) = Exact::parse(number) else { return number.trim().to_owned() };
        match self.kind {
            Kind::DateTime { date, time } => {
                exact.date_time(date, time, epoch_1904).unwrap_or_else(|| exact.to_text())
            }
            Kind::Percent => format!("{}{}%{}", self.prefix, exact.shifted(2).to_text(), self.suffix),
            Kind::Plain => format!("{}{}{}", self.prefix, exact.to_text(), self.suffix),
        }
    }
}

/// What the characters of a format code have said so far.
#[derive(Default)]
struct FormatScan {
    prefix: String,
    suffix: String,
    digits: bool,
    percent: bool,
    conditional: bool,
    year_or_day: bool,
    month_or_minute: bool,
    hour_or_second: bool,
}

impl FormatScan {
    /// Text that is shown as it is.
    fn literal(&mut self, text: &str) {
        if self.digits { self.suffix.push_str(text) } else { self.prefix.push_str(text) }
    }

    /// What stands in brackets: a currency, a colour, a condition, an elapsed time.
    fn bracket(&mut self, inside: &str) {
        if let Some(currency) = inside.strip_prefix('$') {
            let sign = currency.split('-').next().unwrap_or("").to_owned();
            self.literal(&sign);
        } else if inside.starts_with(['<', '>', '=']) {
            self.conditional = true;
        } else if inside.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 's' | 'm'))
            && !inside.is_empty()
        {
            self.hour_or_second = true;
        }
    }

    /// A character outside quotes.
    fn symbol(&mut self, c: char) {
        match c.to_ascii_lowercase() {
            '0' | '#' | '?' => self.digits = true,
            '.' | ',' | '@' => {}
            '%' => self.percent = true,
            'y' | 'd' => self.year_or_day = true,
            'e' | 'g' | 'b' => {}
            'm' => self.month_or_minute = true,
            'h' | 's' => self.hour_or_second = true,
            _ => self.literal(c.encode_utf8(&mut [0; 4])),
        }
    }

    /// The style that was described.
    fn finish(self) -> NumberStyle {
        let time = self.hour_or_second;
        let date = self.year_or_day || (self.month_or_minute && !time);
        if date || time {
            return NumberStyle { kind: Kind::DateTime { date, time }, ..NumberStyle::default() };
        }
        let kind = if self.percent { Kind::Percent } else { Kind::Plain };
        // Without a digit there is no number to put the text around, and under a condition the text may be another.
        if !self.digits || self.conditional {
            return NumberStyle { kind, ..NumberStyle::default() };
        }
        let tidy = |text: String| if text.trim().is_empty() { String::new() } else { text };
        NumberStyle { kind, prefix: tidy(self.prefix), suffix: tidy(self.suffix) }
    }
}

/// A decimal number: digits, of which `scale` stand behind the point (negative: so many zeros follow).
struct Exact {
    negative: bool,
    /// ASCII digits without leading zeros; empty for zero.
    digits: String,
    scale: i32,
}

/// How many significant digits Excel keeps. A fraction stored with more is the shadow of binary arithmetic, such as
/// 0.30000000000000004.
const SIGNIFICANT: usize = 15;

/// Exponents beyond those of the numbers that a workbook can hold.
const LARGEST_EXPONENT: i32 = 400;

impl Exact {
    /// Reads `-12.50E-3` and the like.
    fn parse(number: &str) -> Option<Self> {
        let trimmed = number.trim();
        let (negative, unsigned) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let plain = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
        let fits = exponent.abs() <= LARGEST_EXPONENT && fraction.len() <= 4 * LARGEST_EXPONENT as usize;
        if (whole.is_empty() && fraction.is_empty()) || !plain(whole) || !plain(fraction) || !fits {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0').to_owned();
        Some(Self { negative, digits, scale: fraction.len() as i32 - exponent }.rounded().trimmed())
    }

    /// Rounded half up to the significant digits of Excel, if it has a fraction.
    fn rounded(mut self) -> Self {
        if self.scale <= 0 || self.digits.len() <= SIGNIFICANT {
            return self;
        }
        let surplus = self.digits.len() - SIGNIFICANT;
        // Digits left of the point are a count or a code, and stay.
        let cut = surplus.min(self.scale as usize);
        let keep = self.digits.len() - cut;
        let up = self.digits.as_bytes().get(keep).is_some_and(|d| *d >= b'5');
        self.digits.truncate(keep);
        self.scale -= cut as i32;
        if up {
            self.increment();
        }
        self
    }

    /// Adds one to the last digit.
    fn increment(&mut self) {
        let mut digits = std::mem::take(&mut self.digits).into_bytes();
        let nines = digits.iter().rev().take_while(|d| **d == b'9').count();
        let at = digits.len() - nines;
        digits[at..].fill(b'0');
        match at.checked_sub(1) {
            Some(last) => digits[last] += 1,
            None => digits.insert(0, b'1'),
        }
        self.digits = digits.into_iter().map(char::from).collect();
    }

    /// Without zeros at the end of the fraction.
    fn trimmed(mut self) -> Self {
        while self.scale > 0 && self.digits.ends_with('0') {
            self.digits.pop();
            self.scale -= 1;
        }
        if self.digits.is_empty() {
            self.scale = 0;
        }
        self
    }

    /// Multiplied by a power of ten.
    fn shifted(&self, places: i32) -> Self {
        Self { negative: self.negative, digits: self.digits.clone(), scale: self.scale - places }.trimmed()
    }

    /// Digits left and right of the point.
    fn split(&self) -> (String, String) {
        if self.digits.is_empty() {
            return ("0".to_owned(), String::new());
        }
        let Ok(scale) = usize::try_from(self.scale) else {
            return (
                format!("{}{}", self.digits, "0".repeat(self.scale.unsigned_abs() as usize)),
                String::new(),
            );
        };
        match self.digits.len().checked_sub(scale) {
            Some(0) | None => {
                ("0".to_owned(), format!("{}{}", "0".repeat(scale - self.digits.len()), self.digits))
            }
            Some(point) => (self.digits[..point].to_owned(), self.digits[point..].to_owned()),
        }
    }

    /// Plain decimal text.
    fn to_text(&self) -> String {
        let (whole, fraction) = self.split();
        let sign = if self.negative && !self.digits.is_empty() { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }

    /// The number as days since the epoch of the workbook, if it can be one.
    fn date_time(&self, date: bool, time: bool, epoch_1904: bool) -> Option<String> {
        let (whole, fraction) = self.split();
        let mut days: i64 = whole.parse().ok().filter(|_| !self.negative)?;
        let billionths: i64 = format!("{fraction:0<9.9}").parse().ok()?;
        let mut seconds = (billionths * 86_400 + 500_000_000) / 1_000_000_000;
        if seconds == 86_400 {
            (days, seconds) = (days + 1, 0);
        }
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let clock = |hour: i64| {
            if second == 0 {
                format!("{hour:02}:{minute:02}")
            } else {
                format!("{hour:02}:{minute:02}:{second:02}")
            }
        };
        if !date || (time && days == 0) {
            return (days <= LAST_SERIAL).then(|| clock(days * 24 + hour));
        }
        let day = calendar_day(days, epoch_1904)?;
        Some(if seconds == 0 { day } else { format!("{day} {}", clock(hour)) })
    }
}

/// 9999-12-31 in the 1900 system.
const LAST_SERIAL: i64 = 2_958_465;

/// The day of a serial number, such as `2024-12-31`.
fn calendar_day(serial: i64, epoch_1904: bool) -> Option<String> {
    if serial > LAST_SERIAL || (serial < 1 && !epoch_1904) {
        return None;
    }
    // Excel's 1900 has a 29 February that never was; serials before it are one day off.
    let since_1970 = match serial {
        _ if epoch_1904 => serial - 24_107,
        60 => return Some("1900-02-29".to_owned()),
        ..60 => serial - 25_568,
        _ => serial - 25_569,
    };
    let (year, month, day) = civil(since_1970);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar (Hinnant's algorithm, which counts
/// years from March so that the leap day is the last of its year).
fn civil(since_1970: i64) -> (i64, i64, i64) {
    let shifted = since_1970 + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year_of_era + era * 400 + carry, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(number: &str, code: &str) -> String {
        NumberStyle::parse(code).render(number, false)
    }

    #[test]
    fn numbers_are_plain_and_exact() {
        for (stored, text) in [
            ("270", "270"),
            ("1E+06", "1000000"),
            ("1.5E-3", "0.0015"),
            ("0.30000000000000004", "0.3"),
            ("0.99999999999999989", "1"),
            ("59647.139999999999", "59647.14"),
            ("-0.50", "-0.5"),
            ("-0", "0"),
            ("0.000", "0"),
            ("12345678901234567", "12345678901234567"),
            ("1e999999999", "1e999999999"),
            ("#N/A", "#N/A"),
        ] {
            assert_eq!(shown(stored, "General"), text);
        }
    }

    #[test]
    fn formats_add_what_they_show() {
        for (stored, code, text) in [
            ("0.9", "0%", "90%"),
            ("0.98499999999999999", "0.00%", "98.5%"),
            ("1", "0.00%", "100%"),
            ("270", "\"≥ \"0", "≥ 270"),
            ("20000", "#,##0\"家次\"", "20000家次"),
            ("9.6", "≥0.0\"亿元\";-0", "≥9.6亿元"),
            ("178941", "[$¥-804]#,##0.00", "¥178941"),
            ("5", "_ * #,##0_ ;_ * -#,##0_ ", "5"),
            ("5", "[>=100]\"多\"0;\"少\"0", "5"),
            ("0.5", "0.00E+00", "0.5"),
            ("45657", "yyyy\"年\"m\"月\"d\"日\"", "2024-12-31"),
            ("45657", "[$-804]yyyy-mm-dd;@", "2024-12-31"),
            ("45657.354166666664", "yyyy/m/d h:mm", "2024-12-31 08:30"),
            ("0.354166666666667", "h:mm AM/PM", "08:30"),
            ("1.5", "[h]:mm", "36:00"),
            ("60", "yyyy-m-d", "1900-02-29"),
            ("59", "yyyy-m-d", "1900-02-28"),
            ("1", "yyyy-m-d", "1900-01-01"),
            ("2958465", "yyyy-m-d", "9999-12-31"),
            ("2958466", "yyyy-m-d", "2958466"),
            ("-3", "yyyy-m-d", "-3"),
        ] {
            assert_eq!(shown(stored, code), text, "{stored} in {code}");
        }
        assert_eq!(NumberStyle::parse("yyyy-m-d").render("0", true), "1904-01-01");
    }
}
