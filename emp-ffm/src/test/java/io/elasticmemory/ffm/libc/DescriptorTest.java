package io.elasticmemory.ffm.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class DescriptorTest {
  @Test
  void cannotBeUsedOnceClosed() {
    Descriptor descriptor = nullDevice();
    assertThat(descriptor.isClosed()).isFalse();
    descriptor.close();
    descriptor.close();
    assertThat(descriptor.isClosed()).isTrue();
    assertThatThrownBy(descriptor::descriptor)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the null device is closed");
    assertThatThrownBy(descriptor::duplicate).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void noticesThatSomebodyElseHasClosedIt() {
    Descriptor descriptor = nullDevice();
    FileCalls.close(descriptor.descriptor());
    assertThatThrownBy(descriptor::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("somebody else has closed");
  }

  @Test
  void aDuplicateOutlivesItsOriginal() {
    Descriptor original = nullDevice();
    try (Descriptor duplicate = original.duplicate()) {
      original.close();
      assertThat(FileStatus.of(duplicate).isKind(LinuxConstants.S_IFCHR)).isTrue();
    }
  }

  @Test
  void refusesWhatIsNoDescriptor() {
    assertThatThrownBy(() -> new Descriptor(-2, "none"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void callsReturnTheErrorNegated() {
    assertThat(FileCalls.close(1_000_000)).isEqualTo(-Errno.EBADF);
    assertThat(FileCalls.open("/no/such", 0, 0)).isEqualTo(-Errno.ENOENT);
    assertThat(FileCalls.lseek(1_000_000, 0, 0)).isEqualTo(-Errno.EBADF);
    assertThat(MemoryCalls.mmap(0, 0, 0, 0, -1, 0)).isEqualTo(-Errno.EBADF);
  }

  @Test
  void theErrorOfOneThreadIsNotThatOfAnother() throws InterruptedException {
    Thread other = Thread.ofPlatform().start(() -> repeat(-Errno.ENOENT, "/no/such"));
    repeat(-Errno.ENOTDIR, "/dev/null/file");
    other.join();
    assertThat(failures).isZero();
  }

  private volatile int failures;

  private void repeat(long expected, String path) {
    for (int i = 0; i < 10_000; i++) {
      if (FileCalls.open(path, 0, 0) != expected) {
        failures = 1;
      }
    }
  }

  @Test
  void failuresNameTheCallTheErrorAndItsMeaning() {
    assertThatThrownBy(() -> SystemCallException.check(-Errno.ENOSPC, "fallocate", "/spill"))
        .isInstanceOfSatisfying(
            SystemCallException.class,
            e -> {
              assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
              assertThat(e.call()).isEqualTo("fallocate(/spill)");
            })
        .hasMessage("fallocate(/spill): ENOSPC (no space left on the device)");
    assertThat(Errno.describe(9999)).isEqualTo("errno-9999");
    assertThat(SystemCallException.check(7, "read")).isEqualTo(7);
  }

  @Test
  void addressesAreTakenOnlyFromNativeMemoryThatIsAlive() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(100);
      assertThat(Addresses.of(segment, 40, 60)).isEqualTo(segment.address() + 40);
      assertThatThrownBy(() -> Addresses.of(segment, 41, 60))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> Addresses.of(segment, -1, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    MemorySegment gone;
    try (Arena arena = Arena.ofConfined()) {
      gone = arena.allocate(8);
    }
    assertThatThrownBy(() -> Addresses.of(gone, 0, 8)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Addresses.of(MemorySegment.ofArray(new byte[8]), 0, 8))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Descriptor nullDevice() {
    long opened = FileCalls.open("/dev/null", LinuxConstants.O_RDWR, 0);
    return new Descriptor((int) opened, "the null device");
  }
}
