package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The test of {@link CrashExplorationTest}: a shard with a planted defect must be found out by it,
 * too. What is found at such sizes is found for sure, and with the shortest story that shows it.
 */
class ExploredDefectsTest {
  private static final int LENGTH = 2;

  /** Tiny spaces have no mirrors, no third subblock, and nothing fails or happens by chance. */
  private static final Set<Defect> OUT_OF_REACH =
      EnumSet.of(
          Defect.DOUBT_FORGOTTEN,
          Defect.ONE_SIDE_ENOUGH,
          Defect.COPY_OVERTAKEN,
          Defect.COPY_UNCHECKED,
          Defect.FAILURE_TAKEN_FOR_DONE,
          Defect.BELIEVED_TOO_EARLY,
          Defect.DEBT_FORGOTTEN,
          Defect.ALONE_AND_BEHIND,
          Defect.DROPPED_WHILE_OWED,
          Defect.STORED_BEFORE_LAST_ACKNOWLEDGEMENT,
          Defect.DISCARD_FORGOTTEN,
          Defect.PIN_FORGOTTEN);

  /** Bytes are wrong only when more of other blocks happens meanwhile. */
  private static final Set<Defect> HARMLESS_HERE =
      EnumSet.of(Defect.SLOT_REUSED_EARLY, Defect.SLOTS_TAKEN_UNKNOWN, Defect.UNFENCED_WRITTEN);

  static Set<Defect> inReach() {
    Set<Defect> defects = EnumSet.complementOf(EnumSet.copyOf(OUT_OF_REACH));
    defects.remove(Defect.NONE);
    return defects;
  }

  static Set<Defect> harmful() {
    Set<Defect> defects = inReach();
    defects.removeAll(HARMLESS_HERE);
    return defects;
  }

  @ParameterizedTest
  @MethodSource("inReach")
  void isFoundWithAllChecks(Defect defect) {
    find(defect, true);
  }

  @ParameterizedTest
  @MethodSource("harmful")
  void isFoundByTheBytesAlone(Defect defect) {
    find(defect, false);
  }

  private static void find(Defect defect, boolean asserting) {
    for (int length = 1; length <= LENGTH; length++) {
      for (TinySpace space : TinySpace.values()) {
        for (Exploration exploration : Exploration.of(space, defect, asserting, length, 0)) {
          try {
            exploration.call();
          } catch (SimFailure found) {
            String firstLine = found.toString().lines().findFirst().orElseThrow();
            System.out.println(defect + ": " + firstLine);
            assertThat(found).hasMessageContaining("-Dsim.plot=" + space);
            assertThat(found).hasMessageContaining("the last events");
            return;
          }
        }
      }
    }
    fail(defect + " is not found in sequences of up to " + LENGTH + " acts");
  }
}
