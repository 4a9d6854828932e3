package io.elasticmemory.port.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.contract.SpaceBench.Access;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What binds implementers of {@link Faults}. */
public abstract class FaultsContract extends SpaceContract {
  private static final int WRITE = FaultBatch.WRITE;
  private static final int PROTECTED = FaultBatch.PROTECTED;
  private static final int MINOR = FaultBatch.MINOR;

  @Test
  void hasNoMessageWhereNobodyWaits() {
    assertNoMessage();
  }

  @Test
  void reportsAReadOfAnAbsentPageAndLetsItWait() {
    Access read = bench().read(page(3) + 64);
    Message message = message();
    assertThat(message.offset()).isBetween(page(3), page(4) - 1);
    assertThat(message.flags()).isZero();
    assertStillWaits(read);
  }

  @Test
  void reportsAWriteToAnAbsentPage() {
    bench().write(page(2), 7);
    assertThat(message()).isEqualTo(new Message(page(2), WRITE));
  }

  @Test
  void reportsEveryThreadThatWaits() {
    bench().read(page(1));
    bench().read(page(5));
    assertThat(messages(2)).extracting(Message::offset).containsExactlyInAnyOrder(page(1), page(5));
    assertNoMessage();
  }

  @Test
  void fillsABatchNoFurtherThanItsCapacity() {
    for (int i = 0; i < 3; i++) {
      bench().read(page(i));
    }
    FaultBatch small = new FaultBatch(1);
    for (int i = 0; i < 3; i++) {
      for (int pause = 0; pause < 5000 && small.count() == 0; pause++) {
        faults().read(small);
        bench().pause();
      }
      assertThat(small.count()).isEqualTo(1);
      small.clear();
    }
    assertNoMessage();
  }

  @Test
  void replacesWhatABatchHeld() {
    FaultBatch batch = new FaultBatch(2);
    batch.add(page(9), WRITE, 1);
    faults().read(batch);
    assertThat(batch.count()).isZero();
  }

  @Test
  void copyInstallsAllBytesOfAPageAndWakes() {
    Access first = bench().read(page(1));
    Access last = bench().read(page(2) - Long.BYTES);
    messages(2);
    fillFrame(4, 1000);
    long done = faults().copy(page(1), bench().frames(), page(4), page(1), 0);
    assertThat(done).isEqualTo(page(1));
    assertEnds(first);
    assertEnds(last);
    assertThat(first.value()).isEqualTo(1000);
    assertThat(last.value()).isEqualTo(lastWord(1000));
  }

  @Test
  void copyInstallsManyPagesAtOnce() {
    install(4, 3, 100, 0);
    for (int i = 4; i < 7; i++) {
      Access read = bench().read(page(i));
      assertEnds(read);
      assertThat(read.value()).isEqualTo(100 + i);
    }
  }

  @Test
  void anInstalledPageCanBeWritten() {
    install(0, 1, 100, 0);
    assertEnds(bench().write(page(0), 55));
    assertThat(inMemoryFile(0)).isEqualTo(55);
  }

  @Test
  void copyNeverOverwritesAPage() {
    install(0, 1, 100, 0);
    fillFrame(0, 900);
    assertThat(faults().copy(page(0), bench().frames(), 0, page(1), 0)).isEqualTo(Faults.PRESENT);
    assertThat(inMemoryFile(0)).isEqualTo(100);
  }

  @Test
  void copyNeverOverwritesAPageThatIsNotMapped() {
    install(0, 1, 100, 0);
    bench().unmap(0, page(1));
    fillFrame(0, 900);
    assertThat(faults().copy(page(0), bench().frames(), 0, page(1), 0)).isEqualTo(Faults.PRESENT);
    assertThat(inMemoryFile(0)).isEqualTo(100);
  }

  @Test
  void copyStopsAtAPageThatIsThereAndSaysHowFarItCame() {
    install(2, 1, 100, 0);
    fillFrame(0, 900);
    fillFrame(1, 901);
    fillFrame(2, 902);
    assertThat(faults().copy(page(0), bench().frames(), 0, page(4), 0)).isEqualTo(page(2));
    assertThat(inMemoryFile(1)).isEqualTo(901);
    assertThat(inMemoryFile(2)).isEqualTo(102);
    assertThat(inMemoryFile(3)).isZero();
  }

  @Test
  void poisonsPagesThatAreNotThereOnce() {
    assertThat(faults().poison(page(2), page(2))).isEqualTo(page(2));
    assertThat(faults().poison(page(3), page(1))).isEqualTo(Faults.PRESENT);
  }

  @Test
  void poisonsAPageThatWasProtectedWhenItWasPunched() {
    install(1, 2, 100, Faults.PROTECTED);
    bench().pages().punch(page(1), page(2));
    assertThat(faults().poison(page(1), page(2))).isEqualTo(page(2));
    assertThat(faults().poison(page(1), page(1))).isEqualTo(Faults.PRESENT);
  }

  @Test
  void poisonsNoPageThatIsThere() {
    install(1, 1, 100, Faults.PROTECTED);
    assertThat(faults().poison(page(1), page(1))).isEqualTo(Faults.PRESENT);
    Access read = bench().read(page(1));
    assertEnds(read);
    assertThat(read.value()).isEqualTo(101);
  }

  @Test
  void aPageThatIsInstalledIsPoisonedNoMore() {
    assertThat(faults().poison(page(1), page(2))).isEqualTo(page(2));
    install(1, 1, 100, 0);
    assertThat(faults().zero(page(2), page(1), 0)).isEqualTo(page(1));
    Access one = bench().read(page(1));
    Access other = bench().read(page(2));
    assertEnds(one);
    assertEnds(other);
    assertThat(one.value()).isEqualTo(101);
    assertThat(other.value()).isZero();
  }

  @Test
  void aQuietCopyWakesNobodyUntilSomebodyDoes() {
    Access read = bench().read(page(1));
    message();
    install(1, 1, 100, Faults.QUIET);
    assertStillWaits(read);
    faults().wake(page(1), page(1));
    assertEnds(read);
    assertThat(read.value()).isEqualTo(101);
  }

  @Test
  void aProtectedCopyCanBeReadAndReportsTheFirstWrite() {
    install(1, 1, 100, Faults.PROTECTED);
    Access read = bench().read(page(1));
    assertEnds(read);
    assertThat(read.value()).isEqualTo(101);
    Access write = bench().write(page(1), 55);
    assertThat(message()).isEqualTo(new Message(page(1), WRITE | PROTECTED));
    assertStillWaits(write);
    assertThat(inMemoryFile(1)).isEqualTo(101);
    faults().unprotect(page(1), page(1));
    assertEnds(write);
    assertThat(inMemoryFile(1)).isEqualTo(55);
  }

  @Test
  void aWriteThatIsServedQuietlyAndUnprotectedFaultsOnce() {
    Access write = bench().write(page(1), 55);
    message();
    install(1, 1, 100, Faults.PROTECTED | Faults.QUIET);
    assertStillWaits(write);
    faults().unprotect(page(1), page(1));
    assertEnds(write);
    assertThat(inMemoryFile(1)).isEqualTo(55);
  }

  @Test
  void zeroInstallsZerosAndWakes() {
    Access read = bench().read(page(1));
    message();
    fillFrame(0, 900);
    assertThat(faults().zero(page(1), page(1), 0)).isEqualTo(page(1));
    assertEnds(read);
    assertThat(read.value()).isZero();
    assertEnds(bench().write(page(1), 55));
    assertThat(inMemoryFile(1)).isEqualTo(55);
  }

  @Test
  void zeroNeverOverwritesAPage() {
    install(1, 1, 100, 0);
    assertThat(faults().zero(page(1), page(1), 0)).isEqualTo(Faults.PRESENT);
    assertThat(faults().zero(page(0), page(2), 0)).isEqualTo(page(1));
    assertThat(inMemoryFile(1)).isEqualTo(101);
  }

  @Test
  void aQuietZeroWakesNobody() {
    Access read = bench().read(page(1));
    message();
    assertThat(faults().zero(page(1), page(1), Faults.QUIET)).isEqualTo(page(1));
    assertStillWaits(read);
    faults().wake(page(1), page(1));
    assertEnds(read);
  }

  @Test
  void aPageThatIsPresentButNotMappedIsReportedAsMinor() {
    install(1, 1, 100, 0);
    bench().unmap(page(1), page(1));
    Access read = bench().read(page(1));
    assertThat(message()).isEqualTo(new Message(page(1), MINOR));
    assertStillWaits(read);
    assertThat(faults().map(page(1), page(1), 0)).isEqualTo(page(1));
    assertEnds(read);
    assertThat(read.value()).isEqualTo(101);
    assertEnds(bench().write(page(1), 55));
  }

  @Test
  void aWriteToAPageThatIsNotMappedIsReportedAsMinorWrite() {
    install(1, 1, 100, 0);
    bench().unmap(page(1), page(1));
    bench().write(page(1), 55);
    assertThat(message()).isEqualTo(new Message(page(1), WRITE | MINOR));
  }

  @Test
  void mapCanProtectAndAWriteComesBackAsProtected() {
    install(1, 1, 100, 0);
    bench().unmap(page(1), page(1));
    Access write = bench().write(page(1), 55);
    message();
    assertThat(faults().map(page(1), page(1), Faults.PROTECTED)).isEqualTo(page(1));
    assertThat(message()).isEqualTo(new Message(page(1), WRITE | PROTECTED));
    assertThat(inMemoryFile(1)).isEqualTo(101);
    faults().unprotect(page(1), page(1));
    assertEnds(write);
    assertThat(inMemoryFile(1)).isEqualTo(55);
  }

  @Test
  void mapWithoutProtectionTakesTheProtectionOfAnUnmappedPageAway() {
    install(1, 1, 100, Faults.PROTECTED);
    bench().unmap(page(1), page(1));
    Access write = bench().write(page(1), 55);
    message();
    assertThat(faults().map(page(1), page(1), 0)).isEqualTo(page(1));
    assertEnds(write);
    assertThat(inMemoryFile(1)).isEqualTo(55);
  }

  @Test
  void aQuietMapWakesNobody() {
    install(1, 1, 100, 0);
    bench().unmap(page(1), page(1));
    Access read = bench().read(page(1));
    message();
    assertThat(faults().map(page(1), page(1), Faults.QUIET)).isEqualTo(page(1));
    assertStillWaits(read);
    faults().wake(page(1), page(1));
    assertEnds(read);
  }

  @Test
  void mapSaysThatThereIsNoPage() {
    assertThat(faults().map(page(1), page(1), 0)).isEqualTo(Faults.ABSENT);
  }

  @Test
  void mapSaysThatThePageIsMappedAlready() {
    install(1, 1, 100, 0);
    assertThat(faults().map(page(1), page(1), 0)).isEqualTo(Faults.PRESENT);
  }

  @Test
  void mapStopsAtAHoleAndSaysHowFarItCame() {
    install(1, 2, 100, 0);
    bench().unmap(page(1), page(2));
    assertThat(faults().map(page(1), page(3), 0)).isEqualTo(page(2));
  }

  @Test
  void protectHoldsWritesBackAndLetsReadsThrough() {
    install(1, 2, 100, 0);
    faults().protect(page(1), page(2));
    assertEnds(bench().read(page(1)));
    Access write = bench().write(page(2), 55);
    assertThat(message()).isEqualTo(new Message(page(2), WRITE | PROTECTED));
    assertStillWaits(write);
    assertThat(inMemoryFile(2)).isEqualTo(102);
  }

  @Test
  void unprotectCoversExactlyItsRange() {
    install(1, 2, 100, 0);
    faults().protect(page(1), page(2));
    Access first = bench().write(page(1), 55);
    message();
    Access second = bench().write(page(2), 66);
    message();
    faults().unprotect(page(1), page(1));
    assertEnds(first);
    assertStillWaits(second);
    faults().unprotect(page(2), page(1));
    assertEnds(second);
  }

  @Test
  void protectMayCoverHoles() {
    install(2, 1, 100, 0);
    faults().protect(page(1), page(3));
    Access read = bench().read(page(1));
    assertThat(message()).isEqualTo(new Message(page(1), 0));
    install(1, 1, 100, 0);
    assertEnds(read);
    assertEnds(bench().write(page(1), 55));
  }

  @Test
  void aWriterWhosePageIsPunchedFaultsAgainWhenItIsWoken() {
    install(1, 1, 100, 0);
    faults().protect(page(1), page(1));
    Access write = bench().write(page(1), 55);
    message();
    pages().punch(page(1), page(1));
    assertStillWaits(write);
    faults().wake(page(1), page(1));
    assertThat(message()).isEqualTo(new Message(page(1), WRITE));
    install(1, 1, 200, 0);
    assertEnds(write);
    assertThat(inMemoryFile(1)).isEqualTo(55);
  }

  @Test
  void protectionDoesNotOutliveThePage() {
    install(1, 1, 100, Faults.PROTECTED);
    pages().punch(page(1), page(1));
    install(1, 1, 200, 0);
    assertEnds(bench().write(page(1), 55));
    assertThat(inMemoryFile(1)).isEqualTo(55);
  }

  @Test
  void zeroAfterAProtectedPageWasPunchedCanBeWritten() {
    install(1, 1, 100, Faults.PROTECTED);
    pages().punch(page(1), page(1));
    assertThat(faults().zero(page(1), page(1), 0)).isEqualTo(page(1));
    assertEnds(bench().write(page(1), 55));
  }

  @Test
  void wakeLetsWhoWaitsForNothingNewFaultAgain() {
    Access read = bench().read(page(1));
    message();
    faults().wake(0, bench().capacityBytes());
    assertThat(message()).isEqualTo(new Message(page(1), 0));
    assertThat(read.hasEnded()).isFalse();
  }

  @Test
  void wakingWhereNobodyWaitsIsHarmless() {
    faults().wake(0, bench().capacityBytes());
    assertNoMessage();
  }

  @Test
  void wakesAllThreadsThatWaitForAPage() {
    List<Access> reads = List.of(bench().read(page(1)), bench().read(page(1) + 8));
    messages(2);
    install(1, 1, 100, 0);
    reads.forEach(this::assertEnds);
  }

  @Test
  void refusesRangesThatAreNotInTheSpace() {
    long end = bench().capacityBytes();
    assertRefused(() -> faults().copy(end, bench().frames(), 0, page(1), 0));
    assertRefused(() -> faults().copy(-page(1), bench().frames(), 0, page(1), 0));
    assertRefused(() -> faults().zero(end - page(1), page(2), 0));
    assertRefused(() -> faults().map(Long.MAX_VALUE - page(1) + 1, page(1), 0));
    assertRefused(() -> faults().protect(end, page(1)));
    assertRefused(() -> faults().unprotect(0, 0));
    assertRefused(() -> faults().wake(page(1), -page(1)));
  }

  @Test
  void refusesRangesThatAreNoPages() {
    assertRefused(() -> faults().copy(1, bench().frames(), 0, page(1), 0));
    assertRefused(() -> faults().zero(0, page(1) - 1, 0));
    assertRefused(() -> faults().map(page(1) / 2, page(1), 0));
    assertRefused(() -> faults().protect(8, page(1)));
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalStateException.class);
  }
}
