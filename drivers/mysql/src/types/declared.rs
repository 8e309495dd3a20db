//! The names of types as people write them in a table.

use mysql_common::constants::{ColumnFlags, ColumnType};

use super::{BINARY, Kind, MyType};

/// The bytes of a sign in the character set of the session, utf8mb4.
const SIGN_BYTES: u32 = 4;
/// The decimals of a moment whose fraction has no fixed length.
const FRACTION_MAX: u8 = 6;

impl MyType {
    /// Answers the name as a table has it: `bigint unsigned`, `decimal(10,2)`.
    pub(crate) fn declared(&self) -> String {
        use ColumnType::*;
        match self.column_type {
            MYSQL_TYPE_NULL => String::new(),
            MYSQL_TYPE_TINY if self.kind == Kind::Bool => "tinyint(1)".to_owned(),
            MYSQL_TYPE_TINY => self.number("tinyint"),
            MYSQL_TYPE_SHORT => self.number("smallint"),
            MYSQL_TYPE_INT24 => self.number("mediumint"),
            MYSQL_TYPE_LONG => self.number("int"),
            MYSQL_TYPE_LONGLONG => self.number("bigint"),
            MYSQL_TYPE_FLOAT => self.number("float"),
            MYSQL_TYPE_DOUBLE => self.number("double"),
            MYSQL_TYPE_DECIMAL | MYSQL_TYPE_NEWDECIMAL => {
                let point = u32::from(self.decimals > 0);
                let sign = u32::from(!self.is_unsigned());
                let precision = self.length.saturating_sub(point + sign);
                self.number(&format!("decimal({precision},{})", self.decimals))
            }
            MYSQL_TYPE_DATE | MYSQL_TYPE_NEWDATE => "date".to_owned(),
            MYSQL_TYPE_YEAR => "year".to_owned(),
            MYSQL_TYPE_TIME | MYSQL_TYPE_TIME2 => self.moment("time"),
            MYSQL_TYPE_DATETIME | MYSQL_TYPE_DATETIME2 => self.moment("datetime"),
            MYSQL_TYPE_TIMESTAMP | MYSQL_TYPE_TIMESTAMP2 => self.moment("timestamp"),
            MYSQL_TYPE_BIT => format!("bit({})", self.length),
            MYSQL_TYPE_JSON => "json".to_owned(),
            MYSQL_TYPE_VECTOR => format!("vector({})", self.length / 4),
            MYSQL_TYPE_GEOMETRY => self.name.as_deref().unwrap_or("geometry").to_owned(),
            _ => self.string_name(),
        }
    }

    /// Answers the name of a type of text, without its length.
    pub(super) fn text_name(&self) -> &'static str {
        use ColumnType::*;
        match self.column_type {
            _ if self.kind == Kind::Json => "json",
            _ if self.flags.contains(ColumnFlags::ENUM_FLAG) => "enum",
            _ if self.flags.contains(ColumnFlags::SET_FLAG) => "set",
            MYSQL_TYPE_ENUM => "enum",
            MYSQL_TYPE_SET => "set",
            MYSQL_TYPE_STRING => "char",
            MYSQL_TYPE_VARCHAR | MYSQL_TYPE_VAR_STRING => "varchar",
            _ => "text",
        }
    }

    fn string_name(&self) -> String {
        if let Some(name) = &self.name {
            return name.to_string();
        }
        let is_binary = self.character_set == BINARY && !self.is_of_labels();
        let signs = if is_binary { self.length } else { self.length / SIGN_BYTES };
        match self.text_name() {
            "char" if is_binary => format!("binary({signs})"),
            "varchar" if is_binary => format!("varbinary({signs})"),
            name @ ("char" | "varchar") => format!("{name}({signs})"),
            "text" => {
                let prefix = match signs {
                    0..=0xFF => "tiny",
                    0x100..=0xFFFF => "",
                    0x1_0000..=0xFF_FFFF => "medium",
                    _ => "long",
                };
                format!("{prefix}{}", if is_binary { "blob" } else { "text" })
            }
            name => name.to_owned(),
        }
    }

    fn number(&self, name: &str) -> String {
        format!("{name}{}", if self.is_unsigned() { " unsigned" } else { "" })
    }

    fn moment(&self, name: &str) -> String {
        match self.decimals {
            fraction @ 1..=FRACTION_MAX => format!("{name}({fraction})"),
            _ => name.to_owned(),
        }
    }

    pub(super) fn is_unsigned(&self) -> bool {
        self.flags.contains(ColumnFlags::UNSIGNED_FLAG)
    }
}
