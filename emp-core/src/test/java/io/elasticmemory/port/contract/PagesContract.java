package io.elasticmemory.port.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.contract.SpaceBench.Access;
import org.junit.jupiter.api.Test;

/** What binds implementers of {@link Pages}. */
public abstract class PagesContract extends SpaceContract {

  @Test
  void anUntouchedSpaceHasNoPage() {
    long end = bench().capacityBytes();
    assertThat(pages().residentBytes()).isZero();
    assertThat(pages().nextPresent(0, end)).isEqualTo(end);
    assertThat(pages().nextAbsent(0, end)).isZero();
  }

  @Test
  void aReadOfAnAbsentPageGivesZerosAndLeavesItAbsent() {
    fillFrame(0, 900);
    pages().read(page(1), bench().frames(), 0, page(1));
    assertThat(frameWord(0, 0)).isZero();
    assertThat(frameWord(0, page(1) - 8)).isZero();
    assertThat(pages().residentBytes()).isZero();
    bench().read(page(1));
    assertThat(message()).isEqualTo(new Message(page(1), 0));
  }

  @Test
  void aReadGivesExactlyTheBytesOfItsRange() {
    install(1, 2, 100, 0);
    fillFrame(0, 900);
    fillFrame(3, 903);
    pages().read(page(1), bench().frames(), page(1), page(2));
    assertThat(frameWord(1, 0)).isEqualTo(101);
    assertThat(frameWord(2, page(1) - 8)).isEqualTo(lastWord(102));
    assertThat(frameWord(0, page(1) - 8)).isEqualTo(lastWord(900));
    assertThat(frameWord(3, 0)).isEqualTo(903);
  }

  @Test
  void aReadSeesWhatTheApplicationWrote() {
    install(1, 1, 100, 0);
    assertEnds(bench().write(page(1) + 16, 55));
    pages().read(page(1), bench().frames(), 0, page(1));
    assertThat(frameWord(0, 16)).isEqualTo(55);
  }

  @Test
  void findsPagesAndHoles() {
    install(2, 2, 100, 0);
    install(6, 1, 100, 0);
    assertThat(pages().nextPresent(0, page(8))).isEqualTo(page(2));
    assertThat(pages().nextAbsent(page(2), page(8))).isEqualTo(page(4));
    assertThat(pages().nextPresent(page(3), page(8))).isEqualTo(page(3));
    assertThat(pages().nextPresent(page(4), page(8))).isEqualTo(page(6));
    assertThat(pages().nextPresent(page(4), page(6))).isEqualTo(page(6));
    assertThat(pages().nextPresent(page(7), page(8))).isEqualTo(page(8));
    assertThat(pages().nextAbsent(page(2), page(3))).isEqualTo(page(3));
  }

  @Test
  void looksAtTheEndOfTheSpaceToo() {
    int last = (int) (bench().capacityBytes() / bench().pageBytes()) - 1;
    install(last, 1, 100, 0);
    long end = bench().capacityBytes();
    assertThat(pages().nextPresent(0, end)).isEqualTo(page(last));
    assertThat(pages().nextAbsent(page(last), end)).isEqualTo(end);
    pages().punch(page(last), page(1));
    assertThat(pages().nextPresent(page(last), end)).isEqualTo(end);
  }

  @Test
  void punchFreesExactlyItsRange() {
    install(1, 3, 100, 0);
    pages().punch(page(2), page(1));
    assertThat(pages().residentBytes()).isEqualTo(page(2));
    assertThat(inMemoryFile(1)).isEqualTo(101);
    assertThat(inMemoryFile(2)).isZero();
    assertThat(inMemoryFile(3)).isEqualTo(103);
    bench().read(page(2));
    assertThat(message()).isEqualTo(new Message(page(2), 0));
  }

  @Test
  void punchOfAHoleIsHarmless() {
    pages().punch(0, bench().capacityBytes());
    assertThat(pages().residentBytes()).isZero();
  }

  @Test
  void countsPagesWhetherMappedOrNot() {
    install(1, 3, 100, 0);
    bench().unmap(page(1), page(2));
    assertThat(pages().residentBytes()).isEqualTo(page(3));
  }

  @Test
  void writesBackUnderWriteProtection() {
    install(1, 1, 100, Faults.PROTECTED);
    fillFrame(0, 900);
    pages().write(page(1), bench().frames(), 0, page(1));
    Access read = bench().read(page(2) - 8);
    assertEnds(read);
    assertThat(read.value()).isEqualTo(lastWord(900));
  }

  @Test
  void aPageWrittenIntoAHoleIsReportedAsMinor() {
    fillFrame(0, 900);
    pages().write(page(1), bench().frames(), 0, page(1));
    Access read = bench().read(page(1));
    assertThat(message()).isEqualTo(new Message(page(1), io.elasticmemory.port.FaultBatch.MINOR));
    assertThat(faults().map(page(1), page(1), 0)).isEqualTo(page(1));
    assertEnds(read);
    assertThat(read.value()).isEqualTo(900);
  }
}
