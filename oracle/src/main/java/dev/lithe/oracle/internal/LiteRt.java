package dev.lithe.oracle.internal;

import dev.lithe.oracle.OracleKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.OpResolver;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/// The native library and its two operator resolvers, which live as long as the process.
final class LiteRt {
    /// The constructor of `tflite::ops::builtin::BuiltinRefOpResolver`, which javacpp's presets do not wrap.
    /// Itanium C++ ABI: `C1` is the complete-object constructor, it takes `this`.
    private static final String REFERENCE_CONSTRUCTOR = "_ZN6tflite3ops7builtin20BuiltinRefOpResolverC1Ev";

    /// Room for a BuiltinRefOpResolver: a vtable pointer, two hash maps, some vectors and caches, some 300 bytes in
    /// all.
    private static final long RESOLVER_BYTES = 4096;

    private final OpResolver reference;
    private final OpResolver builtin;

    private LiteRt(OpResolver reference, OpResolver builtin) {
        this.reference = reference;
        this.builtin = builtin;
    }

    /// Unpacks and loads the library.
    ///
    /// @throws IllegalStateException if the library does not export what is needed
    @SuppressWarnings("restricted")
    static LiteRt load() {
        String library = Loader.load(tensorflowlite.class);
        if (library == null) {
            throw new IllegalStateException("javacpp does not say where it unpacked libjnitensorflowlite");
        }
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
        return new LiteRt(referenceResolver(symbols), new BuiltinOpResolverWithoutDefaultDelegates());
    }

    OpResolver resolver(OracleKernels kernels) {
        return switch (kernels) {
            case REFERENCE -> reference;
            case BUILTIN -> builtin;
        };
    }

    @SuppressWarnings("restricted")
    private static OpResolver referenceResolver(SymbolLookup symbols) {
        MemorySegment constructor = symbols.find(REFERENCE_CONSTRUCTOR)
                .orElseThrow(() -> new IllegalStateException("the library does not export " + REFERENCE_CONSTRUCTOR));
        MemorySegment object = Arena.global().allocate(RESOLVER_BYTES, 16);
        MethodHandle construct =
                Linker.nativeLinker().downcallHandle(constructor, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
        try {
            construct.invokeExact(object);
        } catch (Throwable e) {
            throw new IllegalStateException("BuiltinRefOpResolver cannot be constructed", e);
        }
        return new OpResolver(new At(object.address()));
    }

    /// A javacpp pointer at an address that javacpp did not allocate.
    private static final class At extends Pointer {
        At(long address) {
            this.address = address;
        }
    }
}
