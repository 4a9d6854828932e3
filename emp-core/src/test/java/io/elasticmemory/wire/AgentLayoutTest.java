package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AgentLayoutTest {
  private final MemorySegment page = Arena.ofAuto().allocate(AgentLayout.PAGE_BYTES, 64);

  @Test
  void hasTheSizeThatIsDrawn() {
    assertThat(AgentLayout.PAGE_BYTES).isEqualTo(4096 + (1 << 20));
    assertThat(AgentLayout.FALLBACKS_AT + Long.BYTES).isLessThanOrEqualTo(AgentLayout.ASKED_AT);
    assertThat(AgentLayout.MILLIS_AT + Long.BYTES).isEqualTo(AgentLayout.RENEWED_AT);
    assertThat(AgentLayout.RENEWED_AT + Long.BYTES).isLessThanOrEqualTo(AgentLayout.BEGUN_AT);
    assertThat(AgentLayout.REFUSED_AT).isEqualTo(244);
    assertThat(AgentLayout.SPENT_NANOS_AT).isEqualTo(232);
    byte[] name =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(AgentLayout.MAGIC).array();
    assertThat(new String(name, StandardCharsets.US_ASCII)).isEqualTo("EMPAGENT");
  }

  @Test
  void acceptsWhatItHasFormattedAndNothingElse() {
    assertThatThrownBy(() -> AgentLayout.check(page)).hasMessageContaining("version 0");
    AgentLayout.format(page, 7, 1 << 20, 1 << 30, 100, 200);
    AgentLayout.check(page);
    assertThatThrownBy(() -> AgentLayout.check(page.asSlice(0, 8192)))
        .hasMessageContaining("8192 bytes");
    assertThatThrownBy(() -> AgentLayout.check(page.asSlice(0, 0)))
        .isInstanceOf(IllegalArgumentException.class);
    page.set(JAVA_INT, AgentLayout.VERSION_AT, 9);
    assertThatThrownBy(() -> AgentLayout.check(page)).hasMessageContaining("version 9");
  }
}
