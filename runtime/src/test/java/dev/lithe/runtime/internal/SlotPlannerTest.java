package dev.lithe.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.runtime.internal.SlotPlanner.Assignment;
import dev.lithe.runtime.internal.SlotPlanner.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotPlannerTest {
    @Test
    void aChainNeedsTwoArrays() {
        List<Request> chain = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            chain.add(new Request(float[].class, 100 - i, i, i + 1));
        }

        Assignment assignment = SlotPlanner.assign(chain);

        assertThat(assignment.slots()).hasSize(2);
        assertThat(assignment.slots().stream().mapToInt(slot -> slot.length).sum())
                .isEqualTo(100 + 99);
    }

    @Test
    void kindsOfArraysAreNotMixed() {
        Assignment assignment =
                SlotPlanner.assign(List.of(new Request(float[].class, 5, 0, 1), new Request(byte[].class, 5, 2, 3)));

        assertThat(assignment.slots()).hasSize(2);
    }

    @Test
    void tensorsThatLiveAtTheSameTimeNeverShare() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            List<Request> requests = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                int first = random.nextInt(50);
                requests.add(new Request(float[].class, 1 + random.nextInt(1000), first, first + random.nextInt(12)));
            }
            check(requests, SlotPlanner.assign(requests));
        }
    }

    private static void check(List<Request> requests, Assignment assignment) {
        for (int i = 0; i < requests.size(); i++) {
            Request a = requests.get(i);
            int slot = assignment.slotOf()[i];
            assertThat(assignment.slots().get(slot).length).isGreaterThanOrEqualTo(a.length());
            for (int j = 0; j < i; j++) {
                Request b = requests.get(j);
                boolean apart = a.last() < b.first() || b.last() < a.first();
                assertThat(apart || slot != assignment.slotOf()[j]).isTrue();
            }
        }
        assertThat(assignment.slots()).hasSizeLessThanOrEqualTo(requests.size());
    }

    @Test
    void absurdlyManyTensorsAtOnceTakeNoQuadraticTime() {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 300_000; i++) {
            requests.add(new Request(float[].class, 1, 0, 300_000));
        }

        assertThat(SlotPlanner.assign(requests).slots()).hasSize(300_000);
    }
}
