package io.elasticmemory.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnmapQueueLayoutTest {
  @Test
  void hasTheSizeThatIsDrawn() {
    assertThat(UnmapQueueLayout.QUEUE_BYTES).isEqualTo(4096 + 1024 * 16);
    assertThat(UnmapQueueLayout.entryAt(0)).isEqualTo(4096);
    assertThat(UnmapQueueLayout.entryAt(1023) + UnmapQueueLayout.ENTRY_BYTES)
        .isEqualTo(UnmapQueueLayout.QUEUE_BYTES);
    assertThat(UnmapQueueLayout.BYTES_AT + Long.BYTES).isEqualTo(UnmapQueueLayout.ENTRY_BYTES);
  }

  @Test
  void beginsAgainAfterItsLastEntry() {
    assertThat(UnmapQueueLayout.entryAt(1024)).isEqualTo(UnmapQueueLayout.entryAt(0));
    assertThat(UnmapQueueLayout.entryAt(1L << 40)).isEqualTo(UnmapQueueLayout.entryAt(0));
  }
}
