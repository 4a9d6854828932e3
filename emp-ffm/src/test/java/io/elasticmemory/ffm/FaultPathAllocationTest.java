package io.elasticmemory.ffm;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.Stream;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.testing.Allocations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the pager does for every fault allocates nothing once it is compiled: otherwise a collection
 * would stop all threads that wait for a page.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class FaultPathAllocationTest {
  private static final long PAGE_BYTES = 4096;
  private static final long SPACE_BYTES = 2L << 20;
  private static final int CALLS = 20_000;

  /** The measurement itself allocates a little; one object in a call would be 16 bytes a call. */
  private static final long LIMIT_BYTES = CALLS / 10;

  private final Platform platform = new LinuxPlatform();
  private final SpaceMemory space = platform.memories().createSpace(SPACE_BYTES);
  private final Faults faults =
      platform.memories().adoptFaults(copyOf(space.faults()), space.base(), SPACE_BYTES);
  private final Pages pages = platform.memories().adoptPages(copyOf(space.pages()), SPACE_BYTES);
  private final MemorySegment frames = platform.memories().reservePrivate(16 * PAGE_BYTES);
  private final FaultBatch batch = new FaultBatch(64);

  @AfterEach
  void close() {
    faults.close();
    pages.close();
    space.close();
  }

  @Test
  void readingNoMessages() {
    assertAllocatesNothing(() -> faults.read(batch));
  }

  @Test
  void installingAndPunching() {
    assertAllocatesNothing(
        () -> {
          require(faults.copy(0, frames, 0, PAGE_BYTES, Faults.PROTECTED) == PAGE_BYTES);
          pages.punch(0, PAGE_BYTES);
          require(pages.nextPresent(0, PAGE_BYTES) == PAGE_BYTES);
        });
  }

  @Test
  void installingZeros() {
    assertAllocatesNothing(
        () -> {
          require(faults.zero(0, PAGE_BYTES, Faults.QUIET) == PAGE_BYTES);
          pages.punch(0, PAGE_BYTES);
        });
  }

  @Test
  void callsThatDoNothing() {
    faults.zero(0, PAGE_BYTES, 0);
    assertAllocatesNothing(
        () -> {
          require(faults.copy(0, frames, 0, PAGE_BYTES, 0) == Faults.PRESENT);
          require(faults.map(0, PAGE_BYTES, 0) == Faults.PRESENT);
          require(faults.map(PAGE_BYTES, PAGE_BYTES, 0) == Faults.ABSENT);
        });
  }

  @Test
  void protectingReadingAndUnprotecting() {
    faults.zero(0, 4 * PAGE_BYTES, 0);
    assertAllocatesNothing(
        () -> {
          faults.protect(0, 4 * PAGE_BYTES);
          pages.read(0, frames, 0, 4 * PAGE_BYTES);
          faults.unprotect(0, 4 * PAGE_BYTES);
          faults.wake(0, SPACE_BYTES);
        });
  }

  @Test
  void unmappingAndMapping() {
    faults.zero(0, PAGE_BYTES, 0);
    assertAllocatesNothing(
        () -> {
          space.unmap(0, PAGE_BYTES);
          require(faults.map(0, PAGE_BYTES, Faults.PROTECTED) == PAGE_BYTES);
        });
  }

  @Test
  void waitingAndRinging() {
    try (Poller poller = platform.sockets().openPoller();
        Doorbell bell = platform.memories().createDoorbell()) {
      poller.watch(faults, Poller.READ, _ -> faults.read(batch));
      poller.watch(bell, Poller.READ, _ -> bell.silence());
      // The limit of a wait is set seldom where something else ends it: it comes first here, alone,
      // so that the compiler has seen enough of it.
      assertAllocatesNothing(() -> require(poller.await(1) == 0));
      assertAllocatesNothing(
          () -> {
            bell.ring();
            require(poller.await(1_000_000) == 1);
            require(poller.await(0) == 0);
          });
    }
  }

  @Test
  void transfersOfADisk(@TempDir Path directory) {
    Handle file =
        platform.files().createSpillFile(directory.resolve("spill"), Donor.SLAB_BYTES, true);
    Transfer transfer = new Transfer();
    try (Poller poller = platform.sockets().openPoller();
        Donor donor =
            platform.files().adoptDonor(file, "spill", 0, Donor.SLAB_BYTES, poller, _ -> {})) {
      Donor.Ended nothing = _ -> {};
      assertAllocatesNothing(
          () -> {
            transfer.ask(false, true, PAGE_BYTES, frames, 0, (int) PAGE_BYTES);
            require(donor.start(transfer));
            while (donor.poll(nothing) == 0) {
              Thread.onSpinWait();
            }
          });
    }
  }

  @Test
  void transfersOfALink() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Stream one =
            platform.sockets().connect((InetSocketAddress) server.getLocalSocketAddress());
        java.net.Socket peer = server.accept()) {
      Thread echo = Thread.ofPlatform().daemon().start(() -> echo(peer));
      while (!one.finishConnect()) {
        Thread.onSpinWait();
      }
      assertAllocatesNothing(
          () -> {
            try {
              require(one.send(frames, 0, 64) == 64);
              for (long received = 0; received < 64; ) {
                received += one.receive(frames, received, 64 - received);
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertThat(echo.isAlive()).isTrue();
    }
  }

  private static void echo(java.net.Socket peer) {
    try {
      peer.getInputStream().transferTo(peer.getOutputStream());
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void assertAllocatesNothing(Runnable call) {
    Allocations.assertLessThan(LIMIT_BYTES, () -> repeat(call, CALLS));
  }

  private static void repeat(Runnable call, int count) {
    for (int i = 0; i < count; i++) {
      call.run();
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError();
    }
  }

  private static Handle copyOf(Handle handle) {
    return Descriptor.of(handle).duplicate();
  }
}
