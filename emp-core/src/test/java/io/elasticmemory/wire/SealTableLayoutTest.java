package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealTableLayoutTest {
  private static final Geometry GEOMETRY = new Geometry(64L << 20, 65536, 4096);

  private static MemorySegment table() {
    MemorySegment table = Arena.ofAuto().allocate(SealTableLayout.tableBytes(GEOMETRY), 4096);
    SealTableLayout.format(table, GEOMETRY, 11, 22, 1, 2, 3, 4);
    return table;
  }

  @Test
  void hasAPageAndTwentyFourBytesForEachSubblock() {
    assertThat(SealTableLayout.HEADER_BYTES).isEqualTo(4096);
    assertThat(SealTableLayout.ENTRY_BYTES).isEqualTo(24);
    assertThat(SealTableLayout.tableBytes(GEOMETRY)).isEqualTo(4096 + 24 * 16384);
  }

  @Test
  void theKeyIsWhereItIsDrawn() {
    MemorySegment table = table();
    assertThat(SealTableLayout.key(table)).hasSize(32);
    for (int i = 0; i < 4; i++) {
      assertThat(table.get(JAVA_LONG, 64 + 8L * i)).isEqualTo(i + 1);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SealTableLayout.format(table, GEOMETRY, 11, 22, 1, 2, 3))
        .withMessageContaining("24");
  }

  @Test
  void anEntryHasAGenerationAndATag() {
    MemorySegment table = table();
    long place = SealTableLayout.place(GEOMETRY, 2, 5);
    assertThat(place).isEqualTo(2 * 16 + 5);
    SealTableLayout.generation(table, place, 77);
    byte[] tag = new byte[20];
    tag[4] = 1;
    tag[19] = 2;
    SealTableLayout.tag(table, place, tag, 4);
    assertThat(SealTableLayout.generation(table, place)).isEqualTo(77);
    assertThat(SealTableLayout.generation(table, place + 1)).isZero();
    assertThat(table.get(JAVA_LONG, 4096 + 24 * place)).isEqualTo(77);
    byte[] read = new byte[20];
    SealTableLayout.readTag(table, place, read, 4);
    assertThat(read).isEqualTo(tag);
  }

  @Test
  void noTwoSubblocksOrGenerationsHaveTheSameNonce() {
    byte[] nonce = new byte[SealTableLayout.NONCE_BYTES];
    assertThat(nonce).hasSize(12);
    long lastPlace = (1L << 40) - 1;
    SealTableLayout.nonce(lastPlace, SealTableLayout.GENERATIONS - 1, nonce);
    assertThat(nonce).containsOnly(0xff);
    SealTableLayout.nonce(0x0102030405L, 0x0708090a0b0c0dL, nonce);
    ByteBuffer fields = ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(fields.getLong(0)).isEqualTo(0x05_0708090a0b0c0dL);
    assertThat(fields.getInt(8)).isEqualTo(0x01020304);
  }

  @Test
  void theLargestSpaceHasNumbersOfFortyBits() {
    // As many blocks as there can be, each with as many subblocks as it can have.
    long most = ((long) Integer.MAX_VALUE + 1) * 512;
    assertThat(most).isLessThanOrEqualTo(1L << 40);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 8, 12, 16, 24, 32})
  void refusesAHeaderWithAnyFieldSpoilt(long at) {
    MemorySegment table = table();
    SealTableLayout.check(table, GEOMETRY, 11, 22);
    table.set(JAVA_INT, at, table.get(JAVA_INT, at) ^ 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SealTableLayout.check(table, GEOMETRY, 11, 22));
  }

  @Test
  void refusesATableTooShort() {
    MemorySegment table = table();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> SealTableLayout.check(table.asSlice(0, table.byteSize() - 1), GEOMETRY, 11, 22));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SealTableLayout.check(table.asSlice(0, 64), GEOMETRY, 11, 22));
  }
}
