package io.elasticmemory.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class PagerMessageLayoutTest {

  private final MemorySegment space =
      Arena.ofAuto().allocate(PagerMessageLayout.MESSAGE_BYTES_MAX, 8);

  @Test
  void theTextFollowsSixteenBytes() {
    assertThat(write("ready")).isEqualTo(16 + 5);
    assertThat(PagerMessageLayout.MESSAGE_BYTES_MAX).isEqualTo(4096);
  }

  @Test
  void readsWhatItWrote() {
    MemorySegment message = space.asSlice(0, write("größe"));
    assertThat(PagerMessageLayout.kind(message)).isEqualTo(PagerMessageLayout.LOG);
    assertThat(PagerMessageLayout.code(message)).isEqualTo(PagerMessageLayout.WARNING);
    assertThat(PagerMessageLayout.value(message)).isEqualTo(-7);
    assertThat(PagerMessageLayout.text(message)).isEqualTo("größe");
  }

  @Test
  void cutsALongTextBetweenCharacters() {
    String text = "x" + "ö".repeat(3000);
    int bytes = write(text);
    String read = PagerMessageLayout.text(space.asSlice(0, bytes));
    assertThat(bytes).isBetween(4095, 4096);
    assertThat(text).startsWith(read);
    assertThat(read).hasSizeGreaterThan(2000);
  }

  @Test
  void aMessageTooShortToBeOneHasNoKind() {
    assertThat(PagerMessageLayout.kind(space.asSlice(0, 15))).isZero();
  }

  private int write(String text) {
    return PagerMessageLayout.write(
        space, PagerMessageLayout.LOG, PagerMessageLayout.WARNING, -7, text);
  }
}
