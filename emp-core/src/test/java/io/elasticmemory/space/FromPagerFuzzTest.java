package io.elasticmemory.space;

import static io.elasticmemory.wire.FaultSampleLayout.KIND_AT;
import static io.elasticmemory.wire.FaultSampleLayout.NUMBER_AT;
import static io.elasticmemory.wire.FaultSampleLayout.RECORDS;
import static io.elasticmemory.wire.FaultSampleLayout.RECORD_BYTES;
import static io.elasticmemory.wire.FaultSampleLayout.SAMPLES_BYTES;
import static io.elasticmemory.wire.FaultSampleLayout.WRITTEN_AT;
import static io.elasticmemory.wire.FaultSampleLayout.recordAt;
import static io.elasticmemory.wire.UnmapQueueLayout.ASKED_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.DONE_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.ENTRIES;
import static io.elasticmemory.wire.UnmapQueueLayout.QUEUE_BYTES;
import static io.elasticmemory.wire.UnmapQueueLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.EmpException;
import io.elasticmemory.space.FaultSamples.Sample;
import io.elasticmemory.testing.Mutations;
import io.elasticmemory.wire.FaultSampleLayout;
import io.elasticmemory.wire.PagerMessageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/**
 * Whatever a pager writes into the memory it shares with its application, and says to it: the
 * application does a bounded amount of work, touches nothing beside its space, and takes no number
 * for what it cannot be.
 */
class FromPagerFuzzTest {
  private static final int TRIES = 20_000;

  /** A loop that has lost its bound does not fail: it never ends. */
  private static final int MINUTES_MAX = 2;

  /** So often the application looks. */
  private static final int TIMES = 3;

  private static final int COUNTS_BYTES = TIMES * 2 * Long.BYTES;

  private final Mutations mutations = new Mutations("FromPagerFuzzTest");

  /** The bytes from an offset on, then zeros. */
  private static void put(byte[] bytes, int from, MemorySegment into, long at) {
    into.asSlice(at).fill((byte) 0);
    long length = Math.clamp(bytes.length - from, 0, into.byteSize() - at);
    MemorySegment.copy(bytes, Math.min(from, bytes.length), into, JAVA_BYTE, at, (int) length);
  }

  // ---- the queue of ranges to unmap

  private static final long CAPACITY = 2 << 20;

  private final MemorySegment unmaps = Arena.ofAuto().allocate(QUEUE_BYTES, 64);

  private final class Unmapped extends Fakes.Memory {
    Unmapped() {
      super(CAPACITY);
    }

    @Override
    public void unmap(long offset, long bytes) {
      if (offset < 0 || bytes < 0 || offset > CAPACITY - bytes) {
        // No exception: those of the kernel are expected.
        throw new AssertionError("unmaps %d bytes at %d".formatted(bytes, offset));
      }
    }
  }

  private final Unmapped memory = new Unmapped();

  @Test
  @Timeout(value = MINUTES_MAX, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void unmapsNoMoreThanThereIsRoomToAskForAndOnlyInTheSpace() {
    List<byte[]> samples = List.of(asked(1, 0, 2, 1, 3, 2), asked(4, 0, 900, 200, 1224, 900));
    mutations.tryOn(samples, TRIES, this::unmapQueue);
  }

  /** What is asked and done at each time, then entries. */
  private static byte[] asked(long... counts) {
    ByteBuffer bytes = ByteBuffer.allocate(COUNTS_BYTES + 4 * 16).order(ByteOrder.LITTLE_ENDIAN);
    for (long count : counts) {
      bytes.putLong(count);
    }
    while (bytes.hasRemaining()) {
      bytes.putLong(bytes.position() * 256L % CAPACITY).putLong(4096);
    }
    return bytes.array();
  }

  /** The pager goes on writing while the application reads. */
  @FuzzTest
  void unmapQueue(byte[] data) {
    byte[] counts = Arrays.copyOf(data, COUNTS_BYTES);
    put(data, COUNTS_BYTES, unmaps, entryAt(0));
    UnmapQueue queue = new UnmapQueue(unmaps, memory);
    for (int time = 0; time < TIMES; time++) {
      MemorySegment.copy(counts, 16 * time, unmaps, JAVA_BYTE, ASKED_AT, Long.BYTES);
      MemorySegment.copy(counts, 16 * time + 8, unmaps, JAVA_BYTE, DONE_AT, Long.BYTES);
      int[] looks = new int[1];
      queue.serve(() -> ++looks[0] > ENTRIES);
      assertThat(looks[0]).as("entries looked at").isLessThanOrEqualTo(ENTRIES);
    }
  }

  // ---- samples of faults

  private final MemorySegment first = Arena.ofAuto().allocate(SAMPLES_BYTES, 64);
  private final MemorySegment second = Arena.ofAuto().allocate(SAMPLES_BYTES, 64);

  @Test
  @Timeout(value = MINUTES_MAX, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void takesSamplesThatCanBeAndFewAtATime() {
    List<byte[]> samples = List.of(samples(3, 4, 6, 1, 2, 3), samples(2, 65, 130, 0, 64, 65));
    mutations.tryOn(samples, TRIES, this::faultSamples);
  }

  /** How many were written at each time, then records with their numbers. */
  private static byte[] samples(long... written) {
    MemorySegment bytes = MemorySegment.ofArray(new long[(COUNTS_BYTES + RECORDS_BYTES) / 8]);
    for (int time = 0; time < written.length; time++) {
      bytes.set(JAVA_LONG, 8L * time, written[time]);
    }
    for (long number = 1; number <= written[0]; number++) {
      long at = COUNTS_BYTES + recordAt(number) - recordAt(0);
      bytes.set(JAVA_LONG, at + NUMBER_AT, number);
      bytes.set(JAVA_INT, at + KIND_AT, (int) number);
    }
    return bytes.toArray(JAVA_BYTE);
  }

  /** Of the first few. */
  private static final int RECORDS_BYTES = 4 * (int) RECORD_BYTES;

  @FuzzTest
  void faultSamples(byte[] data) {
    put(data, COUNTS_BYTES, first, FaultSampleLayout.HEADER_BYTES);
    put(data, COUNTS_BYTES, second, FaultSampleLayout.HEADER_BYTES);
    byte[] counts = Arrays.copyOf(data, COUNTS_BYTES);
    read(counts, false);
    read(counts, true);
  }

  private void read(byte[] counts, boolean skips) {
    FaultSamples samples = new FaultSamples(List.of(first, second));
    for (int time = 0; time < TIMES; time++) {
      MemorySegment.copy(counts, 8 * time, first, JAVA_BYTE, WRITTEN_AT, Long.BYTES);
      MemorySegment.copy(counts, 8 * (TIMES + time), second, JAVA_BYTE, WRITTEN_AT, Long.BYTES);
      if (skips && time == 1) {
        samples.skip();
      }
      List<Sample> polled = new ArrayList<>();
      samples.poll(polled::add);
      assertThat(polled).hasSizeLessThanOrEqualTo(2 * RECORDS);
      for (Sample sample : polled) {
        long number = sample.number();
        MemorySegment shard = List.of(first, second).get(sample.shard());
        assertThat(number).isBetween(1L, shard.get(JAVA_LONG, WRITTEN_AT));
        assertThat(shard.get(JAVA_LONG, recordAt(number) + NUMBER_AT)).isEqualTo(number);
        assertThat(samples.answer(sample).kind()).isNotNull();
      }
    }
  }

  // ---- messages

  /** Counts lines, and takes what they say. */
  private static final class Lines extends LegacyAbstractLogger {
    private int count;

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
      count++;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return "";
    }

    @Override
    public boolean isTraceEnabled() {
      return true;
    }

    @Override
    public boolean isDebugEnabled() {
      return true;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }

  private final TalkingPager pager = new TalkingPager();

  @Test
  void takesMessagesOfItsPagerForWhatTheyAreOrForNone() {
    List<byte[]> samples = new ArrayList<>();
    for (int kind = PagerMessageLayout.LOG; kind <= PagerMessageLayout.REFUSED; kind++) {
      for (int code = 0; code <= PagerMessageLayout.DETAIL; code++) {
        samples.add(TalkingPager.message(kind, code, 1 << 20, "größe").toArray(JAVA_BYTE));
      }
    }
    mutations.tryOn(samples, TRIES / 20, this::message);
  }

  @FuzzTest
  void message(byte[] data) {
    int length = Math.min(data.length, PagerMessageLayout.MESSAGE_BYTES_MAX);
    MemorySegment message = Arena.ofAuto().allocate(Math.max(1, length), 8).asSlice(0, length);
    put(data, 0, message, 0);
    Lines log = new Lines();
    PagerLogLine.log(log, message);
    boolean isReady = PagerMessageLayout.kind(message) == PagerMessageLayout.READY;
    assertThat(log.count).isEqualTo(isReady ? 0 : 1);
    try {
      assertThat(pager.handOver(List.of(message, message).iterator())).isPositive();
      assertThat(isReady).isTrue();
    } catch (EmpException e) {
      assertThat(e.kind()).isNotNull();
    }
  }
}
