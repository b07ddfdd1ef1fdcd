//! Lists whose entries have a code for files and interfaces, and a label in both languages.

/// Makes an enumeration of `Variant "code" "中文" "English";` entries: all of them, codes, labels, and serde by code.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident: $($variant:ident $code:literal $zh:literal $en:literal;)+) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!($zh, ": ", $en, ".")] $variant,)+
        }

        impl $name {
            /// Every entry, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its code in files, addresses and records; it never changes.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// What it is called.
            pub const fn label(self) -> $crate::checks::Text {
                match self {
                    $(Self::$variant => $crate::checks::Text { zh: $zh, en: $en },)+
                }
            }

            /// The entry with a code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|entry| entry.code() == code)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
                Self::from_code(&code).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|entry| entry.code()).collect();
                    serde::de::Error::custom(format!("{code} is not one of {}", known.join(", ")))
                })
            }
        }
    };
}

pub(crate) use coded;
