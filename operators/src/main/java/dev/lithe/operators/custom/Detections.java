package dev.lithe.operators.custom;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Chooses among boxes by their scores and overlaps. All sorts are stable: of equal scores the earlier one wins.
final class Detections {
    private record Choice(int box, int type, float score) {}

    private final DetectionOptions options;
    private final float[] corners;
    private final float[] scores;
    private final int columns;
    private final int background;

    /// @param corners four per box
    /// @param scores `[1, boxes, classes]`, with or without the background in front
    Detections(DetectionOptions options, float[] corners, Tensor scores) {
        this.options = options;
        this.corners = corners;
        this.scores = scores.floats();
        this.columns = scores.shape().dimension(2);
        this.background = columns - options.classes();
    }

    private int boxes() {
        return corners.length / 4;
    }

    private float score(int box, int type) {
        return scores[box * columns + background + type];
    }

    /// Boxes suppress each other by the score of their best class; each that stays is given with its best classes.
    ///
    /// @return how many boxes stayed
    int bestClasses(KernelContext context) {
        int named = Math.min(options.maxClassesPerDetection(), options.classes());
        int[][] best = new int[boxes()][];
        float[] highest = new float[boxes()];
        for (int box = 0; box < best.length; box++) {
            best[box] = best(box, named);
            highest[box] = score(box, best[box][0]);
        }
        List<Integer> kept = suppress(highest, options.maxDetections());
        for (int i = 0; i < kept.size(); i++) {
            int box = kept.get(i);
            for (int k = 0; k < named; k++) {
                int type = best[box][k];
                write(context, options.maxClassesPerDetection() * i + k, new Choice(box, type, score(box, type)));
            }
        }
        return kept.size();
    }

    /// The classes of a box with the highest scores, in falling order.
    private int[] best(int box, int count) {
        List<Integer> types = new ArrayList<>();
        for (int type = 0; type < options.classes(); type++) {
            types.add(type);
        }
        types.sort((a, b) -> Float.compare(score(box, b), score(box, a)));
        return types.stream().limit(count).mapToInt(Integer::intValue).toArray();
    }

    /// Boxes suppress each other class by class; the best of all classes together stay.
    ///
    /// @return how many there are
    int perClass(KernelContext context) {
        List<Choice> choices = new ArrayList<>();
        for (int type = 0; type < options.classes(); type++) {
            float[] values = new float[boxes()];
            for (int box = 0; box < values.length; box++) {
                values[box] = score(box, type);
            }
            for (int box : suppress(values, options.detectionsPerClass())) {
                choices.add(new Choice(box, type, values[box]));
            }
            choices.sort(Comparator.comparing(Choice::score, Comparator.reverseOrder()));
            choices = new ArrayList<>(choices.subList(0, Math.min(choices.size(), options.maxDetections())));
        }
        for (int i = 0; i < choices.size(); i++) {
            write(context, i, choices.get(i));
        }
        return choices.size();
    }

    /// The boxes, best first, that reach the score threshold and do not overlap a better one too much.
    private List<Integer> suppress(float[] values, int limit) {
        List<Integer> candidates = new ArrayList<>();
        for (int box = 0; box < values.length; box++) {
            if (values[box] >= options.scoreThreshold()) {
                candidates.add(box);
            }
        }
        candidates.sort((a, b) -> Float.compare(values[b], values[a]));
        List<Integer> kept = new ArrayList<>();
        for (int box : candidates) {
            if (kept.size() == limit) {
                break;
            }
            if (kept.stream().noneMatch(better -> overlap(better, box) > options.overlapThreshold())) {
                kept.add(box);
            }
        }
        return kept;
    }

    /// The area that two boxes share as a part of the area that they cover; 0 where one has no area.
    private float overlap(int first, int second) {
        float areaFirst = area(first);
        float areaSecond = area(second);
        if (areaFirst <= 0 || areaSecond <= 0) {
            return 0;
        }
        int a = first * 4;
        int b = second * 4;
        float height = Math.min(corners[a + 2], corners[b + 2]) - Math.max(corners[a], corners[b]);
        float width = Math.min(corners[a + 3], corners[b + 3]) - Math.max(corners[a + 1], corners[b + 1]);
        float shared = Math.max(height, 0) * Math.max(width, 0);
        return shared / (areaFirst + areaSecond - shared);
    }

    private float area(int box) {
        int a = box * 4;
        return (corners[a + 2] - corners[a]) * (corners[a + 3] - corners[a + 1]);
    }

    private void write(KernelContext context, int place, Choice choice) {
        System.arraycopy(corners, choice.box() * 4, context.output(0).floats(), place * 4, 4);
        context.output(1).floats()[place] = choice.type();
        context.output(2).floats()[place] = choice.score();
    }
}
