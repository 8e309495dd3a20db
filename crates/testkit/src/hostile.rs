//! Texts and names that break careless code, made by families.

use std::collections::BTreeSet;

/// The fewest texts that [`texts`] makes.
pub const TEXTS_MIN: usize = 500;

/// The most bytes of a name that every engine takes.
pub const NAME_BYTES_MAX: usize = 63;

/// Makes texts without NUL, each once: every plane of Unicode, controls, combining marks, quotes,
/// backslashes, fragments of SQL, look-alikes of numbers, NULL and dates, emoji, very long ones.
pub fn texts() -> Vec<String> {
    let fixed = [QUOTED, ESCAPES, FRAGMENTS, PLACEHOLDERS, LOOK_ALIKES, DOCUMENTS, MARKS, SCRIPTS];
    let fixed = fixed.into_iter().flat_map(|list| list.split('¦'));
    let mut all: BTreeSet<String> = fixed.map(str::to_owned).collect();
    all.extend(planes());
    all.extend(controls());
    all.extend(quotes());
    all.extend(pairs());
    all.extend(blanks());
    all.extend(long());
    all.into_iter().collect()
}

/// Makes names for tables and columns: reserved words, blanks, quotes, fragments of SQL, other
/// scripts, and as long as every engine takes; no two differ by case alone.
pub fn names() -> Vec<String> {
    let mut all: Vec<String> = NAMES.split('¦').map(str::to_owned).collect();
    all.push("n".repeat(NAME_BYTES_MAX));
    all.push("é".repeat(NAME_BYTES_MAX / 2) + "x");
    all.push("🦀".repeat(NAME_BYTES_MAX / 4));
    all
}

const QUOTE_MARKS: &[char] = &[
    '\'', '"', '`', '´', '‘', '’', '‚', '‛', '“', '”', '„', '‟', '«', '»', '‹', '›', '′', '″',
    '＇', '＂', '❛', '❜', '❝', '❞', '「', '」', '『', '』', '｢', '｣', '〝', '〞',
];

/// Characters that mean something somewhere in SQL, JSON, a shell or a format.
const MEANINGFUL: &[char] = &['\'', '"', '\\', '`', ';', '-', '/', '*', '$', '?', ':', '%', '{'];

// Lists of texts, parted by `¦`.

const QUOTED: &str = "\
    it's¦''¦'''¦' '¦\"\"¦\"a\"\"b\"¦``¦`a``b`¦[a]¦[[a]]¦'a¦a'¦\"a¦a\"¦'\"`¦N'a'¦X'27'¦E'\\''¦\
    U&'\\0027'¦q'[a]'¦$$a$$¦$x$a'b$x$¦B'01'";

const ESCAPES: &str = "\
    \\¦\\\\¦\\'¦\\\\'¦\\\"¦a\\¦\\n¦\\r\\n¦\\t¦\\0¦\\x00¦\\x27¦\\047¦\\u0027¦\\u{27}¦\\U00000027¦\
    \\N¦\\.¦\\%¦\\_¦\\\n¦%27¦%00¦&#39;¦&apos;¦\\u0000¦\\ud800¦\\c¦\\e¦\\\\\\¦C:\\temp\\new¦\
    \\\\host\\dir";

const FRAGMENTS: &str = "\
    --¦-- a¦a -- b¦/*¦*/¦/* a */¦/*/¦/**/¦/*! a */¦#¦# a¦;¦;;¦; --¦'; DROP TABLE t; --¦\
    \"; DROP TABLE t; --¦'); DELETE FROM t; --¦' OR '1'='1¦' OR 1=1 --¦\" OR \"\"=\"¦\
    1; SELECT 1¦1 OR 1=1¦' UNION SELECT NULL --¦admin'--¦'; COMMIT; --¦'; ROLLBACK; --¦BEGIN¦\
    COMMIT¦ROLLBACK¦SELECT 1¦DROP TABLE t¦SELECT¦FROM¦WHERE¦ORDER BY 1¦LIMIT 0¦' || 'a¦' + 'a¦\
    a' ESCAPE '¦(¦)¦()¦(((¦)))¦[¦]¦{¦}¦<¦>¦=¦==¦!=¦<>¦||¦&&¦->¦->>¦::text¦CAST(1 AS text)¦\
    \\copy t¦\\q¦\\! ls¦.quit¦PRAGMA user_version¦GO¦DELIMITER //¦EXEC xp_cmdshell¦\
    COPY t FROM STDIN¦pg_sleep(10)¦load_extension('x')";

const PLACEHOLDERS: &str = "\
    ?¦??¦?1¦?|¦?&¦@?¦$¦$1¦$2¦$$¦$a¦$1$¦:¦:a¦:1¦:=¦::¦@¦@a¦@@version¦%¦%s¦%d¦%n¦%(a)s¦%%¦{}¦{0}¦\
    {a}¦${a}¦#{a}¦{{a}}¦<%= a %>¦$(a)¦`a`¦&a;¦!a¦~a¦^a$¦.*¦_¦__¦[a-z]¦*¦a*b";

const LOOK_ALIKES: &str = "\
    0¦-0¦+0¦00¦007¦1¦-1¦+1¦1.¦.1¦1.0¦1.50¦1e3¦1E+3¦1e309¦1e-400¦-1e309¦0x1F¦0b11¦0o17¦1_000¦\
    1,000¦1,5¦1 000¦ 1¦1 ¦１２３¦١٢٣¦½¦∞¦NaN¦nan¦-NaN¦Infinity¦-Infinity¦inf¦9007199254740993¦\
    9223372036854775807¦9223372036854775808¦18446744073709551616¦0.1e¦1e¦--1¦1/0¦NULL¦null¦Null¦\
    nil¦None¦undefined¦(null)¦<NULL>¦true¦false¦TRUE¦t¦f¦yes¦no¦on¦off¦2024-02-29¦2024-02-30¦\
    0000-00-00¦9999-12-31¦10000-01-01¦2024-01-01T00:00:00Z¦2024-01-01 24:00:00¦infinity¦\
    -infinity¦now¦today¦epoch¦allballs¦12:60¦24:00:00¦P1D¦1 day¦00:00:00+99¦20240101¦\
    00000000-0000-0000-0000-000000000000¦{550e8400-e29b-41d4-a716-446655440000}¦127.0.0.1";

const DOCUMENTS: &str = "\
    {\"a\":1}¦{\"a\":¦[1,2]¦[1,2¦\"a\"¦{}{}¦{\"a\":\"\\u0000\"}¦{a,b}¦{NULL}¦{\"a,b\"}¦\
    {{1},{2}}¦(1,2)¦(,)¦ROW(1)¦[1,2)¦<a/>¦<!-- a -->¦<![CDATA[a]]>¦<script>alert(1)</script>¦\
    a\tb\tc¦a,b,c¦\"a\",\"b\"¦=1+1¦@SUM(1)¦../../etc/passwd¦/dev/null¦CON¦file:///etc/passwd¦\
    http://a/?b=c&d¦a\r\nb: c¦a;b=c¦key=value";

const MARKS: &str = "\
    e\u{301}¦é¦\u{301}¦e\u{301}\u{327}¦e\u{327}\u{301}¦\u{212b}¦\u{c5}¦A\u{30a}¦ﬁ¦fi¦ﷺ¦ß¦ẞ¦SS¦İ¦\
    i\u{307}¦ı¦I¦ſ¦\u{212a}¦K¦Σ¦σ¦ς¦ǆ¦Ǆ¦ǅ¦각¦ᄀ\u{1161}\u{11a8}¦क्ष¦க்ஷ¦\
    👩\u{200d}👩\u{200d}👧\u{200d}👦¦👩🏽\u{200d}🚀¦\
    🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}¦🇩🇪¦🇩¦1\u{fe0f}\u{20e3}¦❤\u{fe0f}¦\
    ❤\u{fe0e}¦🫠¦🏳\u{fe0f}\u{200d}🌈¦👍🏻👍🏿¦\u{1f3fb}¦a\u{200d}b¦\u{200b}¦a\u{200b}b¦\u{200c}¦\
    \u{200e}a¦\u{200f}a¦\u{202a}a\u{202c}¦\u{202b}a\u{202c}¦\u{202d}a\u{202c}¦\u{202e}txt.exe¦\
    \u{2066}a\u{2069}¦\u{2067}a\u{2069}¦\u{2068}a\u{2069}¦\u{61c}a¦\u{feff}¦\u{feff}a¦a\u{feff}¦\
    \u{fffd}¦\u{fff9}a\u{fffa}b\u{fffb}¦\u{ad}¦\u{34f}¦\u{180e}¦\u{2060}¦\u{2061}¦\u{115f}¦\
    \u{3164}¦\u{ffa0}¦\u{1d173}¦\u{e0001}¦\u{e0100}¦\u{d7ff}¦\u{e000}";

const SCRIPTS: &str = "\
    Größe¦naïve¦Æsir¦żółć¦Ελληνικά¦Кириллица¦עברית¦العربية¦فارسی¦हिन्दी¦বাংলা¦ਪੰਜਾਬੀ¦ગુજરાતી¦\
    தமிழ்¦తెలుగు¦ಕನ್ನಡ¦മലയാളം¦සිංහල¦ไทย¦ລາວ¦བོད¦မြန်မာ¦ქართული¦Հայերեն¦አማርኛ¦ᏣᎳᎩ¦ខ្មែរ¦中文¦日本語¦\
    한국어¦ᠮᠣᠩᠭᠣᠯ¦Tiếng Việt¦𐎠𐎡¦𒀀𒀁¦𓀀𓀁¦𝔘𝔫𝔦¦𠜎𠜱¦𪜀𫝀¦mixed עברית and English¦אב1ג¦١٢٣ אבג abc";

const NAMES: &str = "\
    order¦select¦table¦user¦group¦from¦where¦null¦true¦values¦current_user¦a b¦ a¦a ¦  ¦a\tb¦\
    a\nb¦a\"b¦\"¦\"\"¦a'b¦'¦a`b¦[a]¦a\\b¦\\¦a.b¦a,b¦a, b¦a;b¦--¦/*¦*/¦a--b¦?¦$1¦:a¦::¦%¦%s¦_¦*¦\
    #¦@a¦1st¦1¦1e3¦größe¦數據¦🦀¦Ünïcödé ∑¦MixedCase¦UPPER¦e\u{301}¦\u{202e}a¦\
    t\"; DROP TABLE t; --¦t') --¦(a)¦{a}¦a=b¦\u{feff}a¦ı¦ß";

/// The ends and the middle of each of the 17 planes, noncharacters included.
fn planes() -> impl Iterator<Item = String> {
    let within = [0x0001, 0x00a0, 0x8000, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff];
    (0..=0x10).flat_map(move |plane| {
        within.into_iter().filter_map(move |at| char::from_u32(plane << 16 | at)).map(String::from)
    })
}

/// The controls of ASCII and Latin-1, within a text.
fn controls() -> impl Iterator<Item = String> {
    ('\u{1}'..='\u{1f}').chain('\u{7f}'..='\u{9f}').map(|control| format!("a{control}b"))
}

/// Each mark alone, twice, around a word and within one.
fn quotes() -> impl Iterator<Item = String> {
    QUOTE_MARKS.iter().flat_map(|mark| {
        [mark.to_string(), format!("{mark}{mark}"), format!("{mark}a{mark}"), format!("a{mark}b")]
    })
}

/// Each two characters that mean something, side by side.
fn pairs() -> impl Iterator<Item = String> {
    MEANINGFUL.iter().flat_map(|a| MEANINGFUL.iter().map(move |b| format!("{a}{b}")))
}

/// What looks like nothing, or like a blank.
fn blanks() -> impl Iterator<Item = String> {
    let plain =
        ["", " ", "  ", "\t", "\n", "\r", "\r\n", "\n\n", " a", "a ", "\ta", "a\n", "a\r\nb"];
    let wide =
        "\u{a0}\u{85}\u{1680}\u{2000}\u{2003}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";
    plain.into_iter().map(str::to_owned).chain(wide.chars().map(String::from))
}

/// Texts of some ten thousand bytes of one kind.
fn long() -> impl Iterator<Item = String> {
    ["x", "'", "\"", "\\", "%", "?", "é", "🦀", "e\u{301}", "a b ", "\n"]
        .into_iter()
        .map(|part| part.repeat(10_000 / part.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_many_and_cover_every_plane_without_nul() {
        let texts = texts();
        assert!(texts.len() >= TEXTS_MIN, "{}", texts.len());
        assert!(texts.iter().all(|text| !text.contains('\0')));
        for plane in 0..=0x10 {
            let in_plane = |c: char| u32::from(c) >> 16 == plane;
            assert!(texts.iter().any(|text| text.chars().any(in_plane)), "plane {plane}");
        }
    }

    #[test]
    fn names_differ_by_more_than_case_and_are_short_enough() {
        let names = names();
        let folded: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(folded.len(), names.len());
        assert!(names.iter().all(|name| (1..=NAME_BYTES_MAX).contains(&name.len())));
    }
}
