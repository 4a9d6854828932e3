package io.elasticmemory.tiering.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.tiering.store.FakeExporter.Door;
import io.elasticmemory.wire.MessageLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A standby knocks at an exporter. */
class KnockTest {
  private final FakeExporter exporter = new FakeExporter(1);

  private void knock() {
    ExporterDonor.knock(
        TestDonors.borrowing(1), exporter, exporter.clock(), TestDonors.TIMEOUT_MILLIS);
  }

  private void assertIsToldAndLeaves() {
    assertThatThrownBy(this::knock)
        .isInstanceOf(EmpException.class)
        .extracting(e -> ((EmpException) e).kind())
        .isEqualTo(EmpException.Kind.DONOR);
    assertThat(exporter.streams).as("connections left behind").isEmpty();
  }

  @Test
  void takesNothingAndLeavesNothing() {
    knock();

    assertThat(exporter.operations[MessageLayout.HELLO]).isEqualTo(2);
    assertThat(exporter.operations[MessageLayout.LEASE]).isZero();
    assertThat(exporter.leasedSlabs).isZero();
    assertThat(exporter.streams).isEmpty();
  }

  @Test
  void isAnsweredByAnExporterThatHasNothingLeft() {
    exporter.heldByOthers = 1;
    knock();
    assertThat(exporter.streams).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Door.class, names = "OPEN", mode = EnumSource.Mode.EXCLUDE)
  void isToldThatNobodyOpens(Door door) {
    exporter.door = door;
    assertIsToldAndLeaves();
  }

  @Test
  void isToldThatNobodyAnswers() {
    exporter.answers = false;
    assertIsToldAndLeaves();
  }

  @Test
  void isToldThatSomethingElseAnswers() {
    exporter.answers = false;
    exporter.banner = "SSH-2.0-OpenSSH_9.6\r\n".getBytes(US_ASCII);
    assertIsToldAndLeaves();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        MessageLayout.BUSY,
        MessageLayout.SUPERSEDED,
        MessageLayout.BAD_REQUEST,
        MessageLayout.TOO_MANY_CONNECTIONS
      })
  void isToldThatItIsRefused(int status) {
    exporter.refuseHelloWith = status;
    assertIsToldAndLeaves();
  }
}
