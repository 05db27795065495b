package dev.lithe.operators.detection;

import java.util.Arrays;

/// Chooses boxes by score, and leaves out those that overlap a better one: entirely from `overlapLimit` on; with a
/// `sigma` above 0 a smaller overlap lowers the score (Bodla and others, "Soft-NMS", 2017).
///
/// @param boxes four numbers each: two opposite corners, y before x
/// @param scoreLimit boxes up to this score are left out
record Suppression(float[] boxes, float[] scores, int count, float overlapLimit, float scoreLimit, float sigma) {
    /// @param indices receives the boxes, as many as there is room for
    /// @param chosenScores receives their scores
    /// @return how many there are
    int run(int[] indices, float[] chosenScores, int room) {
        Candidates candidates = new Candidates(count);
        for (int i = 0; i < count; i++) {
            if (scores[i] > scoreLimit) {
                candidates.add(i, scores[i], 0);
            }
        }
        int most = Math.min(candidates.size(), room);
        float factor = sigma > 0 ? (float) (-0.5 / sigma) : 0;
        int chosen = 0;
        while (chosen < most && candidates.size() > 0) {
            int box = candidates.box();
            float before = candidates.score();
            int compared = candidates.compared();
            candidates.removeFirst();
            float score = lowered(box, before, indices, compared, chosen, factor);
            int seen = chosen;
            if (score == before) {
                indices[chosen] = box;
                chosenScores[chosen] = score;
                chosen++;
            }
            if (score > scoreLimit) {
                candidates.add(box, score, seen); // also what is chosen: its overlap with itself rules it out
            }
        }
        return chosen;
    }

    /// The score after comparison with the boxes chosen from `from` on, latest first; NaN where one of them rules the
    /// box out.
    private float lowered(int box, float before, int[] indices, int from, int to, float factor) {
        float score = before;
        for (int j = to - 1; j >= from; j--) {
            float overlap = overlap(box, indices[j]);
            if (overlap >= overlapLimit) {
                return Float.NaN;
            }
            if (sigma > 0) {
                score *= (float) Math.exp(factor * overlap * overlap);
            }
            if (score <= scoreLimit) {
                return score;
            }
        }
        return score;
    }

    /// Intersection over union; 0 where a box has no area.
    private float overlap(int a, int b) {
        float top = Math.max(low(a, 0), low(b, 0));
        float left = Math.max(low(a, 1), low(b, 1));
        float bottom = Math.min(high(a, 0), high(b, 0));
        float right = Math.min(high(a, 1), high(b, 1));
        float areaA = (high(a, 0) - low(a, 0)) * (high(a, 1) - low(a, 1));
        float areaB = (high(b, 0) - low(b, 0)) * (high(b, 1) - low(b, 1));
        if (areaA <= 0 || areaB <= 0) {
            return 0;
        }
        float common = Math.max(bottom - top, 0) * Math.max(right - left, 0);
        return common / (areaA + areaB - common);
    }

    private float low(int box, int axis) {
        return Math.min(boxes[4 * box + axis], boxes[4 * box + 2 + axis]);
    }

    private float high(int box, int axis) {
        return Math.max(boxes[4 * box + axis], boxes[4 * box + 2 + axis]);
    }

    /// A binary heap. Which of several equal scores comes first follows from how it is kept in order. That is
    /// done as C++ libraries do it: a removed top is replaced by its larger child all the way down, and the
    /// last element rises from there.
    private static final class Candidates {
        private final int[] boxes;
        private final float[] scores;
        private final int[] compared;
        private int size;

        Candidates(int room) {
            boxes = new int[room];
            scores = new float[room];
            compared = new int[room];
        }

        int size() {
            return size;
        }

        int box() {
            return boxes[0];
        }

        float score() {
            return scores[0];
        }

        /// How many of the chosen boxes it has been compared with.
        int compared() {
            return compared[0];
        }

        void add(int box, float score, int comparedWith) {
            rise(size++, box, score, comparedWith);
        }

        void removeFirst() {
            int hole = 0;
            size--;
            for (int child = 1; child < size; child = 2 * hole + 1) {
                int larger = child + 1 < size && !(scores[child + 1] < scores[child]) ? child + 1 : child;
                move(larger, hole);
                hole = larger;
            }
            if (hole != size) {
                rise(hole, boxes[size], scores[size], compared[size]);
            }
        }

        private void rise(int from, int box, float score, int comparedWith) {
            int hole = from;
            for (int parent = (hole - 1) / 2; hole > 0 && scores[parent] < score; parent = (hole - 1) / 2) {
                move(parent, hole);
                hole = parent;
            }
            boxes[hole] = box;
            scores[hole] = score;
            compared[hole] = comparedWith;
        }

        private void move(int from, int to) {
            boxes[to] = boxes[from];
            scores[to] = scores[from];
            compared[to] = compared[from];
        }
    }

    /// Sets what lies behind the chosen boxes to 0.
    static void clear(int[] indices, float[] scores, int from, int to) {
        Arrays.fill(indices, from, to, 0);
        Arrays.fill(scores, from, to, 0);
    }
}
