package dev.lithe.runtime.simd;

/// Products of inputs with packed weights, panel by panel of outputs.
///
/// Pixel `m` of a tile reads `step * m` input elements behind the first one and writes `outputs * m` elements
/// behind it.
interface Tiles {
    int panels();

    /// Computes one panel's outputs of `pixels` pixels whose taps lie `step` elements apart.
    ///
    /// @param at where the first pixel begins in the target of `taps`
    void run(int panel, float[] x, Taps taps, int step, int pixels, int at);

    /// Computes all outputs.
    default void run(float[] x, Taps taps, int step, int pixels, int at) {
        for (int panel = 0; panel < panels(); panel++) {
            run(panel, x, taps, step, pixels, at);
        }
    }
}
