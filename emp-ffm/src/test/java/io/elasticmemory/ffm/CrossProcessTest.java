package io.elasticmemory.ffm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.ProcessGroup;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.SpaceMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The test is the pager of another process, which touches its space with plain loads and stores.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class CrossProcessTest {
  private static final long SPACE_BYTES = 2L << 20;
  private static final long PAGE_BYTES = 4096;
  private static final long SECOND = 1_000_000_000;

  /** What the application finds on its first page, and adds up over all of them. */
  private static final long FIRST = 1000;

  private final Platform platform = Platform.find();
  private final MemorySegment frame = platform.memories().reservePrivate(PAGE_BYTES);
  private final FaultBatch batch = new FaultBatch(16);
  private final Arena arena = Arena.ofShared();
  private final MemorySegment message = arena.allocate(64);
  private ProcessGroup application;
  private ControlChannel channel;
  private Faults faults;
  private Pages pages;

  @BeforeEach
  void start() throws IOException {
    Sockets.Pair pair = platform.sockets().pair();
    List<String> command = ChildJvm.command(ApplicationMain.class);
    application = platform.processes().start(command, System.getenv(), pair.there(), true);
    pair.there().close();
    channel = pair.here();
    List<Handle> handles = new ArrayList<>();
    assertThat(channel.receive(message, handles, 20_000)).isEqualTo(16);
    long base = message.get(JAVA_LONG, 0);
    assertThat(message.get(JAVA_LONG, 8)).isEqualTo(SPACE_BYTES);
    faults = platform.memories().adoptFaults(handles.get(0), base, SPACE_BYTES);
    pages = platform.memories().adoptPages(handles.get(1), SPACE_BYTES);
  }

  @AfterEach
  void close() {
    application.kill();
    assertThat(application.awaitEnd(10_000)).isTrue();
    application.close();
    channel.close();
    faults.close();
    pages.close();
    arena.close();
  }

  @Test
  void servesPlainLoadsAndStores() throws Exception {
    long served = 0;
    while (!channelIsReadable()) {
      served += serve();
    }
    assertThat(channel.receive(message, new ArrayList<>(), 0)).isEqualTo(8);
    long pageCount = SPACE_BYTES / PAGE_BYTES;
    assertThat(served).isGreaterThanOrEqualTo(pageCount);
    assertThat(message.get(JAVA_LONG, 0))
        .isEqualTo(pageCount * FIRST + pageCount * (pageCount - 1) / 2);
    pages.read(7 * PAGE_BYTES, frame, 0, PAGE_BYTES);
    assertThat(frame.get(JAVA_LONG, 8)).as("what the application stored").isEqualTo(7);
  }

  private boolean channelIsReadable() {
    boolean[] readable = {false};
    try (Poller poller = platform.sockets().openPoller()) {
      poller.watch(channel, Poller.READ, _ -> readable[0] = true);
      poller.watch(faults, Poller.READ, _ -> {});
      poller.await(5 * SECOND);
    }
    return readable[0];
  }

  private int serve() {
    faults.read(batch);
    for (int i = 0; i < batch.count(); i++) {
      long offset = batch.offset(i);
      frame.set(JAVA_LONG, 0, FIRST + offset / PAGE_BYTES);
      frame.set(JAVA_LONG, 8, 0);
      assertThat(faults.copy(offset, frame, 0, PAGE_BYTES, 0)).isIn(PAGE_BYTES, Faults.PRESENT);
    }
    return batch.count();
  }

  @Test
  void seesThatTheApplicationIsGone() throws Exception {
    // It waits for its first page, which never comes.
    try (Peer peer = platform.processes().open(application.pid())) {
      while (batch.count() == 0) {
        faults.read(batch);
      }
      frame.set(JAVA_LONG, 0, FIRST);
      peer.kill();
      assertThat(application.awaitEnd(10_000)).isTrue();
      assertThat(peer.isAlive()).isFalse();
      assertThat(faults.copy(0, frame, 0, PAGE_BYTES, 0)).isEqualTo(Faults.GONE);
      assertThat(faults.zero(0, PAGE_BYTES, 0)).isEqualTo(Faults.GONE);
      assertThat(faults.map(0, PAGE_BYTES, 0)).isEqualTo(Faults.GONE);
      faults.protect(0, PAGE_BYTES);
      faults.unprotect(0, PAGE_BYTES);
      faults.wake(0, SPACE_BYTES);
      faults.read(batch);
      assertThat(batch.count()).isZero();
      pages.punch(0, SPACE_BYTES);
      assertThat(pages.residentBytes()).isZero();
      assertThat(channel.receive(message, new ArrayList<>(), 1000)).isEqualTo(-1);
    }
  }

  /** Makes a space, hands it over, adds up the first words of its pages and writes the second. */
  static final class ApplicationMain {
    public static void main(String[] arguments) throws Exception {
      Platform platform = Platform.find();
      try (ControlChannel channel = platform.sockets().given();
          Arena arena = Arena.ofShared()) {
        SpaceMemory space = platform.memories().createSpace(SPACE_BYTES);
        MemorySegment message = arena.allocate(16);
        message.set(JAVA_LONG, 0, space.base());
        message.set(JAVA_LONG, 8, SPACE_BYTES);
        channel.send(message, List.of(space.faults(), space.pages()), 5000);
        MemorySegment segment = space.segment(0, SPACE_BYTES, Arena.global(), () -> {});
        long sum = 0;
        for (long page = 0; page < SPACE_BYTES / PAGE_BYTES; page++) {
          sum += segment.get(JAVA_LONG, page * PAGE_BYTES);
          segment.set(JAVA_LONG, page * PAGE_BYTES + 8, page);
        }
        message.set(JAVA_LONG, 0, sum);
        channel.send(message.asSlice(0, 8), List.of(), 5000);
        Thread.sleep(60_000);
      }
    }
  }
}
