package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.Pin;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of a space that are pinned, with a real pager. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class PinTest {
  private static final long MIB = 1L << 20;

  @TempDir Path directory;

  private Emp open(String options) {
    return Emp.open("dram:8" + options + "|" + directory.resolve("spill") + ":448:0");
  }

  private static void fill(MemorySegment segment, long seed) {
    for (long at = 0; at < segment.byteSize(); at += 512) {
      segment.set(JAVA_LONG, at, seed + at);
    }
  }

  private static boolean holds(MemorySegment segment, long seed) {
    for (long at = 0; at < segment.byteSize(); at += 512) {
      if (segment.get(JAVA_LONG, at) != seed + at) {
        return false;
      }
    }
    return true;
  }

  /** In three shards half of the budget is more than each of them has at first. */
  @ParameterizedTest
  @ValueSource(strings = {"", "?shards=3", "?block=256k&subblock=16k"})
  void staysWhileMoreThanTheBudgetComesAndGoes(String options) {
    try (Emp emp = open(options);
        Arena arena = emp.ofConfined()) {
      MemorySegment pinned = arena.allocate(4 * MIB, 1 << 20);
      MemorySegment others = arena.allocate(24 * MIB, 8);
      fill(pinned, 1);
      emp.unload(pinned);
      try (Pin pin = emp.pin(pinned)) {
        assertThat(pin.bytes()).isEqualTo(4 * MIB);
        fill(others, 2);
        emp.unload(pinned);
        assertThat(emp.isLoaded(pinned)).isTrue();
        assertThat(holds(others, 2)).isTrue();
        assertThat(emp.isLoaded(pinned)).isTrue();
        assertThat(emp.statistics().residentBytes()).isLessThanOrEqualTo(12 * MIB);
      }
      emp.unload(pinned);
      assertThat(emp.isLoaded(pinned, 0, 1)).isFalse();
      assertThat(holds(pinned, 1)).isTrue();
    }
  }

  /** The disk writes to the pages itself, of which no fault tells. */
  @Test
  void keepsWhatDirectInputHasWritten() throws Exception {
    Path file = directory.resolve("file");
    ByteBuffer bytes = ByteBuffer.allocate((int) MIB).order(ByteOrder.nativeOrder());
    for (int at = 0; at < MIB; at += 512) {
      bytes.putLong(at, 3L + at);
    }
    Files.write(file, bytes.array());
    try (Emp emp = open("");
        Arena arena = emp.ofConfined()) {
      MemorySegment buffer = arena.allocate(MIB, 4096);
      fill(buffer, 1);
      emp.unload(buffer);
      try (Pin _ = emp.pin(buffer)) {
        long descriptor = FileCalls.open(file.toString(), LinuxConstants.O_DIRECT, 0);
        assertThat(descriptor).isPositive();
        assertThat(FileCalls.pread((int) descriptor, buffer.address(), MIB, 0)).isEqualTo(MIB);
        FileCalls.close((int) descriptor);
        fill(arena.allocate(12 * MIB, 8), 2);
        assertThat(holds(buffer, 3)).isTrue();
      }
      emp.unload(buffer);
      assertThat(holds(buffer, 3)).isTrue();
    }
  }

  /** A device knows an address, and the program may keep no more than the pin. */
  @Test
  void keepsTheSegmentOfAnAutomaticArena() throws Exception {
    Path file = directory.resolve("out");
    try (Emp emp = open("")) {
      AtomicLong address = new AtomicLong();
      try (Pin _ = pinAutomatic(emp, address)) {
        for (int i = 0; i < 5; i++) {
          System.gc();
          // The cleaner has time to free what nobody can reach.
          Thread.sleep(50);
        }
        assertThat(emp.statistics().allocatedBytes()).isEqualTo(MIB);
        long descriptor =
            FileCalls.open(file.toString(), LinuxConstants.O_CREAT | LinuxConstants.O_RDWR, 0600);
        assertThat(descriptor).isPositive();
        assertThat(FileCalls.pwrite((int) descriptor, address.get(), MIB, 0)).isEqualTo(MIB);
        FileCalls.close((int) descriptor);
      }
    }
    MemorySegment written = Arena.ofAuto().allocate(MIB, 8);
    written.copyFrom(MemorySegment.ofArray(Files.readAllBytes(file)));
    assertThat(holds(written, 4)).isTrue();
  }

  private static Pin pinAutomatic(Emp emp, AtomicLong address) {
    MemorySegment buffer = emp.ofAuto().allocate(MIB, 4096);
    fill(buffer, 4);
    address.set(buffer.address());
    return emp.pin(buffer);
  }

  @Test
  void refusesWhatItCannotKeep() {
    try (Emp emp = open("");
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(8 * MIB, 1 << 20);
      assertThatThrownBy(() -> emp.pin(segment, 0, 4 * MIB + 1))
          .isInstanceOf(EmpException.class)
          .hasMessageContainingAll("4259840", "4194304", "8388608", "dram:<MiB>");
      try (Pin pin = emp.pin(segment, 0, 3 * MIB);
          Pin again = emp.pin(segment, MIB, 2 * MIB)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> emp.resizeDram(5 * MIB))
            .withMessageContainingAll("5242880", "3145728");
        assertThatIllegalStateException().isThrownBy(() -> emp.discard(segment));
        pin.close();
        pin.close();
        assertThatIllegalStateException().isThrownBy(() -> emp.discard(segment));
        emp.discard(segment, 0, MIB);
        emp.resizeDram(5 * MIB).join();
        assertThat(emp.isLoaded(segment, MIB, again.bytes())).isTrue();
      }
      emp.discard(segment);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> emp.pin(MemorySegment.ofArray(new byte[8])));
      assertThatThrownBy(() -> emp.pin(segment, 1, 8 * MIB))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void memoryOfAClosedArenaGoesToNobodyBeforeItIsUnpinned() {
    try (Emp emp = open("");
        Arena others = emp.ofConfined()) {
      Pin pin;
      MemorySegment device;
      try (Arena arena = emp.ofConfined()) {
        MemorySegment buffer = arena.allocate(MIB, 1 << 20);
        device = MemorySegment.ofAddress(buffer.address()).reinterpret(MIB);
        pin = emp.pin(buffer);
      }
      fill(device, 5);
      assertThat(emp.statistics().allocatedBytes()).isEqualTo(MIB);
      MemorySegment large = others.allocate(emp.capacityBytes() / 2, 8);
      assertThat(large.asOverlappingSlice(device)).isEmpty();
      assertThat(holds(device, 5)).isTrue();
      pin.close();
      assertThat(emp.statistics().allocatedBytes()).isEqualTo(emp.capacityBytes() / 2);
      MemorySegment next = others.allocate(MIB, 1 << 20);
      assertThat(next.get(JAVA_LONG, 0)).isZero();
    }
  }

  @Test
  void aPinCanBeClosedAfterItsSpace() {
    Pin pin;
    try (Emp emp = open("")) {
      pin = emp.pin(emp.global().allocate(MIB, 8));
    }
    pin.close();
  }
}
