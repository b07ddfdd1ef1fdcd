//! Credit codes that no enterprise can have: right in every check character, under a registration authority that does not exist.

use jixiao_engine::intake::credit_code;

/// 登记管理部门代码: GB 32100 assigns 1 to 9, A, N and Y; no authority has X.
const AUTHORITY: char = 'X';
/// 机构类别代码: 其他.
const CATEGORY: char = '9';
/// 登记管理机关行政区划码: no division has it.
const DIVISION: &str = "000000";

/// The code of an enterprise by its number, which is at most 99,999,999.
pub(crate) fn write(serial: u64, into: &mut String) {
    use std::fmt::Write as _;
    let start = into.len();
    into.push(AUTHORITY);
    into.push(CATEGORY);
    into.push_str(DIVISION);
    // Writing to a String does not fail.
    let _ = write!(into, "{serial:08}");
    into.push(body_check(serial));
    // Seventeen characters of the alphabet always have one.
    into.extend(credit_code::complete(&into[start..]));
}

/// The check character of the nine characters of 主体标识码 (GB 11714).
fn body_check(serial: u64) -> char {
    const WEIGHTS: [u64; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let mut rest = serial;
    let mut sum = 0;
    for weight in WEIGHTS.iter().rev() {
        sum += rest % 10 * weight;
        rest /= 10;
    }
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from(b'0' + digit as u8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_check_characters() {
        let mut code = String::new();
        write(12_345_678, &mut code);
        // Body: 1·3 + 2·7 + 3·9 + 4·10 + 5·5 + 6·8 + 7·4 + 8·2 = 201; 201 mod 11 = 3; 11 − 3 = 8.
        assert_eq!(&code[..17], "X9000000123456788");
        assert_eq!(credit_code::check(&code), Ok(()));
    }
}
