package dev.lithe.runtime.simd;

/// What comes after the sums, up to their places in the output.
interface Stage {
    /// Stores the sums of a tile: `vectors` vectors of channels, from channel `first` on, for each of
    /// `pixels` pixels.
    ///
    /// @param at where channel `first` of the first pixel goes in the target of `taps`
    void store(Taps taps, int pixels, int vectors, int at, int first);
}
