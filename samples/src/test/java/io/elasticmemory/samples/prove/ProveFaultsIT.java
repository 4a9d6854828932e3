package io.elasticmemory.samples.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.prove.faults.FaultItems;
import io.elasticmemory.samples.prove.faults.FaultScale;
import io.elasticmemory.samples.prove.faults.KillPart;
import io.elasticmemory.samples.workload.Seeds;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That nothing is lost, at the smallest size. */
@Timeout(900)
class ProveFaultsIT {
  private static final long SEED = Seeds.choose("ProveFaultsIT");

  @TempDir private Path folder;

  private static String show(@Nullable Path ledger, int item) throws IOException {
    StringWriter shown = new StringWriter();
    Proof proof =
        new Proof(
            "faults",
            FaultItems.of(FaultScale.SMALL, EnumSet.allOf(KillPart.class), ledger),
            Scale.SMALL,
            SEED,
            new PrintWriter(shown, true));
    boolean good = proof.run(List.of(item));
    assertThat(good).as(shown.toString()).isTrue();
    return shown.toString();
  }

  @Test
  void killsPagersAndAddsUp() throws IOException {
    Path ledger = folder.resolve("kills.json");

    String shown = show(ledger, 1);
    System.out.println(shown);
    // The last of a setting may be two: one while a pager took over.
    for (String setting : List.of("dense", "sparse")) {
      assertThat(shown).containsPattern(" %s: 11[34] kills".formatted(setting));
      assertThat(shown).containsPattern(" %s-standby: (37|38) kills".formatted(setting));
    }
    assertThat(shown)
        .containsPattern("[0-9]+ kills at [0-9]+ failpoints, 0 of which not often enough");
    assertThat(shown)
        .containsPattern("[0-9]+ stops at [0-9]+ failpoints, 0 of which not often enough");

    // All that was asked for has been done.
    String kept = Files.readString(ledger);
    assertThat(show(ledger, 1)).containsPattern(" dense: 11[34] kills");
    assertThat(ledger).hasContent(kept);
  }

  @Test
  void losesNothingWithAnExporterOfWhichThereIsACopy() throws IOException {
    System.out.println(show(null, 2));
  }

  @Test
  void noticesEveryBitThatIsTurnedOver() throws IOException {
    System.out.println(show(null, 4));
  }

  @Test
  void usesNoNonceTwiceWhilePagersAreKilled() throws IOException {
    Path ledger = folder.resolve("kills.json");
    String shown = show(ledger, 7);
    System.out.println(shown);
    assertThat(shown).containsPattern("ok      [0-9,]+ nonces, 0 of them twice");
    assertThat(show(ledger, 7)).contains("encrypted: 1");
  }

  @Test
  void leavesNothingBehind() throws IOException {
    System.out.println(show(null, 6));
  }
}
