//! Values through the codec and back.
