package io.elasticmemory.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CommandRingLayoutTest {

  @Test
  void isAPageAndSixteenKilobytesOfEntriesAndTwoQueuesAndSamples() {
    assertThat(CommandRingLayout.HINTS_AT).isEqualTo(4096 + 16384);
    assertThat(CommandRingLayout.RING_BYTES)
        .isEqualTo(4096 + 16384 + (4096 + 8192) + (4096 + 16384) + (4096 + 4096));
  }

  @Test
  void entriesFollowEachOtherAndTheQueuesFollowThem() {
    int last = CommandRingLayout.ENTRIES - 1;
    assertThat(CommandRingLayout.entryAt(0)).isEqualTo(4096);
    assertThat(CommandRingLayout.entryAt(1)).isEqualTo(4096 + 64);
    assertThat(CommandRingLayout.entryAt(last) + CommandRingLayout.ENTRY_BYTES)
        .isEqualTo(CommandRingLayout.HINTS_AT);
    assertThat(CommandRingLayout.HINTS_AT + HintQueueLayout.QUEUE_BYTES)
        .isEqualTo(CommandRingLayout.UNMAPS_AT);
    assertThat(CommandRingLayout.UNMAPS_AT + UnmapQueueLayout.QUEUE_BYTES)
        .isEqualTo(CommandRingLayout.SAMPLES_AT);
    assertThat(CommandRingLayout.SAMPLES_AT + FaultSampleLayout.SAMPLES_BYTES)
        .isEqualTo(CommandRingLayout.RING_BYTES);
  }

  @Test
  void everyLongOfAnEntryIsAlignedAndTheLastOneFits() {
    long[] longs = {
      CommandRingLayout.OFFSET_AT,
      CommandRingLayout.BYTES_AT,
      CommandRingLayout.ARGUMENT_AT,
      CommandRingLayout.RESULT_AT,
      CommandRingLayout.ORDER_AT
    };
    assertThat(longs).containsExactly(8, 16, 24, 32, 40);
    assertThat(CommandRingLayout.STATE_AT).isZero();
    assertThat(CommandRingLayout.OPERATION_AT).isEqualTo(4);
  }

  @Test
  void beginsWithItsNameInAscii() {
    byte[] bytes =
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(CommandRingLayout.MAGIC)
            .array();
    assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo("EMPRING\0");
  }
}
