package io.elasticmemory.samples.prove.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      KillTally tally = ledger.of(KillSetting.SPARSE);
      tally.killed(false, false);
      tally.stalled(run * 100_000_000L);
      tally.killed(true, true);
      tally.foundWrong(run);
      tally.hung();
      ledger.save();
    }

    KillTally tally = KillLedger.open(file).of(KillSetting.SPARSE);
    assertThat(tally.describe())
        .isEqualTo(
            "6 kills, 3 of them while a pager took over, 3 of them stops; 6 wrong words, 3 hangs,"
                + " 0 failed runs; stall median 200 ms, p99 200, longest 300");
    assertThat(KillLedger.open(file).of(KillSetting.DENSE).kills()).isZero();
  }

  @Test
  void remembersARunThatFailed() throws IOException {
    Path file = folder.resolve("kills.json");
    KillLedger ledger = KillLedger.open(file);
    ledger.of(KillSetting.DENSE).killed(false, false);
    ledger.of(KillSetting.SPARSE).killed(false, false);
    ledger.of(KillSetting.SPARSE).failed();
    ledger.save();

    assertThat(KillLedger.open(file).of(KillSetting.DENSE).isGood()).isTrue();
    assertThat(KillLedger.open(file).of(KillSetting.SPARSE).isGood()).isFalse();
    assertThat(KillLedger.open(file).of(KillSetting.SPARSE_STANDBY).isGood()).isFalse();
  }

  @Test
  void keepsNothingWithoutAFile() throws IOException {
    KillLedger ledger = KillLedger.open(null);
    ledger.of(KillSetting.DENSE).killed(false, false);
    ledger.save();

    assertThat(folder).isEmptyDirectory();
    assertThat(KillLedger.open(null).of(KillSetting.DENSE).kills()).isZero();
  }

  @Test
  void refusesAFileOfSomethingElse() throws IOException {
    Path file = folder.resolve("notes.txt");
    for (String text :
        new String[] {"", "kills", "{}", "{\"settings\": [{\"name\": \"dense\"}]}"}) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> KillLedger.open(file))
          .isInstanceOf(EmpException.class)
          .hasMessageContaining("--resume " + file)
          .hasMessageContaining("name another file");
    }
  }
}
