package dev.lithe.operators.text;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SkipGramOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// SKIP_GRAM: all groups of `size` words of a text, in order, between which at most `skip` words are left out; with
/// `all` also the smaller groups. Words are what white space parts, but white space at the start takes the first word
/// with it, as LiteRT has it. A text of fewer than `size` words has no group.
public record SkipGram(int size, int skip, boolean all) implements TextOperator {
    public static final Definition<SkipGram> DEFINITION = Definition.of(SkipGram.class, BuiltinOperator.SKIP_GRAM)
            .options(
                    node -> of(node.options().as(SkipGramOptions.class, SkipGramOptions.DEFAULT)),
                    op -> Options.of(new SkipGramOptions(op.size, op.skip, op.all)))
            .inputs(Operand.of("text", TensorType.STRING))
            .outputs(Operand.of("groups", TensorType.STRING))
            .shapes((op, c) -> List.of(Shape.of(Shape.UNKNOWN)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.5.0")
            .reference((op, setup) -> op.prepare());

    private static SkipGram of(SkipGramOptions options) {
        return new SkipGram(options.ngramSize(), options.maxSkipSize(), options.includeAllNgrams());
    }

    private Kernel prepare() {
        return this::run;
    }

    private void run(KernelContext context) {
        Tensor text = context.input(0);
        if (text.elementCount() == 0) {
            throw new IllegalArgumentException("there is no text");
        }
        List<byte[]> words = words(text.strings()[0]);
        List<byte[]> groups = new ArrayList<>();
        if (size > 0 && words.size() >= size) {
            collect(words, groups);
        }
        Tensor y = context.resize(0, Shape.of(groups.size()));
        for (int i = 0; i < groups.size(); i++) {
            y.strings()[i] = groups.get(i);
        }
    }

    private static List<byte[]> words(byte[] text) {
        List<byte[]> words = new ArrayList<>();
        int start = 0;
        for (int i = 1; i < text.length; i++) {
            if (isSpace(text[i])) {
                if (i > start && !isSpace(text[start])) {
                    words.add(Arrays.copyOfRange(text, start, i));
                }
                start = i + 1;
            }
        }
        if (start < text.length) {
            words.add(Arrays.copyOfRange(text, start, text.length));
        }
        return words;
    }

    private static boolean isSpace(byte character) {
        return character == ' ' || character >= '\t' && character <= '\r';
    }

    /// Longer groups come before those that they begin with. `chosen[depth]` is the last word tried at that place.
    private void collect(List<byte[]> words, List<byte[]> groups) {
        int[] chosen = new int[size];
        int depth = 0;
        chosen[0] = -1;
        while (depth >= 0) {
            boolean deeper = depth < size
                    && chosen[depth] + 1 < words.size()
                    && (depth == 0 || chosen[depth] - chosen[depth - 1] <= skip);
            if (deeper) {
                chosen[depth]++;
                depth++;
                if (depth < size) {
                    chosen[depth] = chosen[depth - 1];
                }
            } else {
                if (depth > 0 && (depth == size || all)) {
                    groups.add(joined(words, chosen, depth));
                }
                depth--;
            }
        }
    }

    private static byte[] joined(List<byte[]> words, int[] chosen, int count) {
        int length = count - 1;
        for (int i = 0; i < count; i++) {
            length += words.get(chosen[i]).length;
        }
        byte[] group = new byte[length];
        int at = 0;
        for (int i = 0; i < count; i++) {
            byte[] word = words.get(chosen[i]);
            if (i > 0) {
                group[at++] = ' ';
            }
            System.arraycopy(word, 0, group, at, word.length);
            at += word.length;
        }
        return group;
    }
}
