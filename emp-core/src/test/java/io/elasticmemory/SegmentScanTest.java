package io.elasticmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows over ordinary memory, with a record of what would be asked of a space. */
class SegmentScanTest {
  private final MemorySegment segment = MemorySegment.ofArray(new byte[100]);
  private final List<String> asked = new ArrayList<>();

  @Test
  void handsOutEveryByteOnceInOrder() {
    assertThat(scan(30)).extracting(MemorySegment::address).containsExactly(0L, 30L, 60L, 90L);
    assertThat(scan(30)).extracting(MemorySegment::byteSize).containsExactly(30L, 30L, 30L, 10L);
  }

  @Test
  void loadsAWindowBeforeItAsksForTheNextOnes() {
    Iterator<MemorySegment> windows = scan(20).iterator();
    windows.next();
    assertThat(asked).containsExactly("load 0+20", "prefetch 20+40");
    windows.next();
    assertThat(asked).endsWith("load 20+20", "prefetch 60+20");
  }

  @Test
  void asksForNothingTwiceAndForNothingBeyondTheEnd() {
    scan(30).forEach(window -> {});
    assertThat(asked)
        .containsExactly(
            "load 0+30",
            "prefetch 30+60",
            "load 30+30",
            "prefetch 90+10",
            "load 60+30",
            "load 90+10");
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 101, Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE})
  void takesAWindowAsLargeAsTheSegment(long windowBytes) {
    List<MemorySegment> windows = new ArrayList<>();
    scan(windowBytes).forEach(windows::add);
    assertThat(windows).extracting(MemorySegment::byteSize).containsExactly(100L);
    assertThat(asked).containsExactly("load 0+100");
  }

  @Test
  void canBeGoneThroughAgain() {
    SegmentScan scan = scan(50);
    assertThat(scan).hasSize(2);
    assertThat(scan).hasSize(2);
  }

  @Test
  void hasNoWindowsInAnEmptySegment() {
    SegmentScan empty =
        new SegmentScan(segment.asSlice(0, 0), 10, record("load"), record("prefetch"));
    assertThat(empty).isEmpty();
    assertThatThrownBy(() -> empty.iterator().next()).isInstanceOf(NoSuchElementException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void refusesWindowsThatAreNone(long windowBytes) {
    assertThatThrownBy(() -> scan(windowBytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(windowBytes + " bytes");
  }

  private SegmentScan scan(long windowBytes) {
    return new SegmentScan(segment, windowBytes, record("load"), record("prefetch"));
  }

  private SegmentScan.Part record(String what) {
    return (whole, offset, bytes) -> asked.add(what + " " + offset + "+" + bytes);
  }
}
