package io.elasticmemory.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HintQueueLayoutTest {
  @Test
  void hasTheSizesThatTheOtherProcessExpects() {
    assertThat(HintQueueLayout.QUEUE_BYTES).isEqualTo(12_288);
    assertThat(HintQueueLayout.HEAD_AT).isZero();
    assertThat(HintQueueLayout.TAIL_AT).isEqualTo(64);
    assertThat(HintQueueLayout.cellAt(0)).isEqualTo(4096);
    assertThat(HintQueueLayout.cellAt(1023)).isEqualTo(12_280);
    assertThat(HintQueueLayout.cellAt(1024)).isEqualTo(4096);
    assertThat(CommandRingLayout.HINTS_AT).isEqualTo(20_480);
    assertThat(CommandRingLayout.UNMAPS_AT).isEqualTo(32_768);
  }
}
