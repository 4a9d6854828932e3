package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.elasticmemory.tiering.sim.FailingCall.Way;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The beginning of a run in which nothing else goes wrong, again and again, with an error of each
 * transfer of its disks in turn. Whichever it is, it costs nothing: what was to be written stays or
 * goes elsewhere, what was to be read is read again.
 */
class NthDiskCallTest {
  private static final int OPERATIONS = 240;

  /** One disk, and no other tier. */
  private static final int ALONE = 22;

  /**
   * Three shards with several donors each, an exporter above two disks, compressed memory above two
   * disks, an exporter with a copy on a disk, which is only written, and one disk alone. The counts
   * are half of what was seen, for what the pager does at which moment is nobody's promise.
   */
  @ParameterizedTest
  @CsvSource({"3, 7, 12", "12, 16, 30", "14, 29, 34", "17, 0, 39", "22, 19, 40"})
  void costsNothingWhicheverOfAllItIs(long seed, int readsAtLeast, int writesAtLeast) {
    long calls = run(seed, Long.MAX_VALUE, Way.NOTHING_MOVED).calls();
    int reads = 0;
    int writes = 0;
    for (Way way : Way.values()) {
      for (long call = 0; call < calls; call++) {
        FailingCall failed = run(seed, call, way);
        assertThat(failed.failedReads() + failed.failedWrites()).as("failed").isEqualTo(1);
        reads += failed.failedReads();
        writes += failed.failedWrites();
      }
    }
    System.out.printf("seed %d: %d reads and %d writes of disks failed%n", seed, reads, writes);
    assertThat(reads).isGreaterThanOrEqualTo(readsAtLeast);
    assertThat(writes).isGreaterThanOrEqualTo(writesAtLeast);
  }

  private static FailingCall run(long seed, long call, Way way) {
    return Simulation.runFailing(seed, OPERATIONS, Defect.NONE, call, way);
  }

  /** The test of the test. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void findsAPagerThatTakesAWriteThatFailedForDone(Way way) {
    long calls = run(ALONE, Long.MAX_VALUE, way).calls();
    for (long call = 0; call < calls; call++) {
      try {
        Simulation.runFailing(ALONE, OPERATIONS, Defect.FAILURE_TAKEN_FOR_DONE, call, way);
      } catch (SimFailure found) {
        assertThat(found).hasMessageContaining("transfer " + call + " of the disks fails, " + way);
        return;
      }
    }
    fail("it is not found by any of " + calls + " transfers");
  }
}
