package io.elasticmemory.samples.prove.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.samples.prove.faults.KilledSpace.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of kills between runs. */
class KillLedgerTest {
  @TempDir private Path folder;

  @Test
  void addsUpOverRuns() throws IOException {
    Path file = folder.resolve("kills.json");
    for (int run = 1; run <= 3; run++) {
      KillLedger ledger = KillLedger.open(file);
      KillTally tally = ledger.of("sparse");
      tally.killed(false, false, End.CONFIRMED);
      tally.stalled(run * 100_000_000L, 50_000_000);
      tally.killed(true, true, End.UNKNOWN);
      tally.foundWrong(run);
      tally.hung();
      ledger.save();
    }

    KillTally tally = KillLedger.open(file).of("sparse");
    assertThat(tally.describe())
        .isEqualTo(
            "6 kills (3 by the kernel's word), 3 of them while a pager took over, 3 of them stops;"
                + " 0 that ended otherwise; 6 wrong words, 3 hangs, 0 failed runs;"
                + " stall median 200 ms, p99 300, longest 300; without what the hypervisor took"
                + " median 150 ms, p99 250, longest 250");
    assertThat(KillLedger.open(file).of("dense").kills()).isZero();
  }

  @Test
  void runsOfDifferentKindsAtTheSameTimeKeepEachOthers() throws IOException {
    Path file = folder.resolve("kills.json");
    KillLedger first = KillLedger.open(file);
    KillTally dense = first.of("dense");
    dense.killed(false, false, End.CONFIRMED);
    first.save();
    KillLedger second = KillLedger.open(file);
    assertThat(first.of("sparse").kills()).isZero();

    second.of("sparse").killed(false, false, End.CONFIRMED);
    second.save();
    first.save();
    dense.killed(false, false, End.CONFIRMED);
    first.save();
    second.of("sparse").killed(false, false, End.CONFIRMED);
    second.save();

    for (KillLedger ledger : new KillLedger[] {second, KillLedger.open(file)}) {
      assertThat(ledger.of("dense").kills()).isEqualTo(2);
      assertThat(ledger.of("sparse").kills()).isEqualTo(2);
    }
  }

  @Test
  void remembersARunThatFailed() throws IOException {
    Path file = folder.resolve("kills.json");
    KillLedger ledger = KillLedger.open(file);
    ledger.of("dense").killed(false, false, End.CONFIRMED);
    ledger.of("sparse").killed(false, false, End.CONFIRMED);
    ledger.of("sparse").failed();
    ledger.save();

    assertThat(KillLedger.open(file).of("dense").isGood()).isTrue();
    assertThat(KillLedger.open(file).of("sparse").isGood()).isFalse();
    assertThat(KillLedger.open(file).of("sparse-standby").isGood()).isFalse();
  }

  @Test
  void whatAHypervisorTookIsNoStallOfOurs() {
    KillTally tally = new KillTally();
    assertThat(tally.isInTime(50)).isFalse();
    tally.stalled(90_000_000, 40_000_000);
    assertThat(tally.isInTime(50)).isTrue();
    assertThat(tally.isInTime(49)).isFalse();
    tally.stalled(51_000_000, 0);
    assertThat(tally.isInTime(50)).isFalse();
  }

  @Test
  void aPagerThatEndedOtherwiseIsNotGood() throws IOException {
    KillTally tally = KillLedger.open(null).of("dense");
    tally.killed(false, false, End.CONFIRMED);
    assertThat(tally.isGood()).isTrue();
    tally.killed(false, false, End.OTHERWISE);
    assertThat(tally.isGood()).isFalse();
  }

  @Test
  void remembersWhatWasSeenOfAnItem() throws IOException {
    Path file = folder.resolve("kills.json");
    KillLedger first = KillLedger.open(file);
    KillLedger second = KillLedger.open(file);
    assertThat(first.seen("flips")).isEmpty();
    first.saw("flips", List.of("6 bits, \"all\" caught", "in time"));
    first.save();
    second.saw("leaks", List.of("nothing left"));
    second.save();

    KillLedger again = KillLedger.open(file);
    assertThat(again.seen("flips")).containsExactly("6 bits, \"all\" caught", "in time");
    assertThat(again.seen("leaks")).containsExactly("nothing left");
  }

  @Test
  void goesOnFromAFileOfTalliesAlone() throws IOException {
    Path file = folder.resolve("kills.json");
    Files.writeString(file, "{\"kinds\": []}");
    assertThat(KillLedger.open(file).seen("flips")).isEmpty();
  }

  @Test
  void keepsNothingWithoutAFile() throws IOException {
    KillLedger ledger = KillLedger.open(null);
    ledger.of("dense").killed(false, false, End.CONFIRMED);
    ledger.save();

    assertThat(folder).isEmptyDirectory();
    assertThat(KillLedger.open(null).of("dense").kills()).isZero();
  }

  @Test
  void refusesAFileOfSomethingElse() throws IOException {
    Path file = folder.resolve("notes.txt");
    for (String text : new String[] {"", "kills", "{}", "{\"kinds\": [{\"name\": \"dense\"}]}"}) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> KillLedger.open(file))
          .isInstanceOf(EmpException.class)
          .hasMessageContaining("--resume " + file)
          .hasMessageContaining("name another file");
    }
  }
}
