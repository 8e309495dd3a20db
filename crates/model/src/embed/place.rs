//! What stands before the names of embedded columns, joined while the program is compiled.

use std::marker::PhantomData;

/// Bytes of all that stands before a column's name; no engine takes longer names.
const PREFIX_BYTES_MAX: usize = 256;

/// Where a structure is embedded.
pub trait Place {
    /// What stands before the names of its columns.
    const PREFIX: &'static str;
}

/// A place in a structure that is embedded itself.
#[derive(Clone, Copy, Debug)]
pub struct Joined<A, B>(PhantomData<fn() -> (A, B)>);

impl<A: Place, B: Place> Joined<A, B> {
    const BYTES: &'static [u8; PREFIX_BYTES_MAX] = &{
        let mut bytes = [0; PREFIX_BYTES_MAX];
        write(&mut bytes, 0, A::PREFIX.as_bytes());
        write(&mut bytes, A::PREFIX.len(), B::PREFIX.as_bytes());
        bytes
    };
}

impl<A: Place, B: Place> Place for Joined<A, B> {
    const PREFIX: &'static str = {
        let (text, _) = Self::BYTES.split_at(A::PREFIX.len() + B::PREFIX.len());
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "",
        }
    };
}

const fn write(bytes: &mut [u8; PREFIX_BYTES_MAX], from: usize, text: &[u8]) {
    let mut at = 0;
    while at < text.len() {
        bytes[from + at] = text[at];
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Home;
    struct Geo;
    struct Nothing;

    impl Place for Home {
        const PREFIX: &'static str = "hjem_å_";
    }

    impl Place for Geo {
        const PREFIX: &'static str = "geo_";
    }

    impl Place for Nothing {
        const PREFIX: &'static str = "";
    }

    #[test]
    fn places_are_joined_in_their_order() {
        assert_eq!(<Joined<Home, Geo> as Place>::PREFIX, "hjem_å_geo_");
        assert_eq!(<Joined<Joined<Geo, Home>, Geo> as Place>::PREFIX, "geo_hjem_å_geo_");
        assert_eq!(<Joined<Nothing, Nothing> as Place>::PREFIX, "");
    }
}
