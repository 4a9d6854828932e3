package io.elasticmemory.port.verbs.contract;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Listener;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.VerbsDevice;
import io.elasticmemory.port.verbs.WorkStatus;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What binds implementers of the verbs, shown by two ends in one thread. */
public abstract class VerbsContract {
  /** For each thing waited for; a virtual machine without help of the CPU is slow. */
  protected static final long PATIENCE_NANOS = 20_000_000_000L;

  private static final int SLOTS = 16;
  private static final int REGION_BYTES = 1 << 20;
  private static final int ALL =
      ProtectionDomain.REMOTE_READ | ProtectionDomain.REMOTE_WRITE | ProtectionDomain.REMOTE_ATOMIC;

  private final Arena arena = Arena.ofShared();
  final VerbsPair pair = new VerbsPair();
  EventChannel here;
  EventChannel there;
  Listener listener;

  /** The verbs of this end. */
  protected abstract Verbs verbs();

  /** Those of the other; they may be the same. */
  protected abstract Verbs otherVerbs();

  /** An address of a device of the other end. */
  protected abstract InetAddress address();

  /** Whether a poller would say that it is readable, within a moment. */
  protected abstract boolean isReadable(Pollable source);

  @BeforeEach
  void listen() {
    here = verbs().openChannel();
    there = otherVerbs().openChannel();
    listener = there.listen(new InetSocketAddress(address(), 0), 8);
  }

  @AfterEach
  void close() {
    pair.close();
    listener.close();
    here.close();
    there.close();
    arena.close();
  }

  private MemorySegment memory() {
    return arena.allocate(REGION_BYTES, 4096);
  }

  void connect() {
    connect(ALL);
  }

  private void connect(int access) {
    pair.connect(here, there, new InetSocketAddress(address(), listener.port()), SLOTS);
    pair.register(memory(), memory(), access);
  }

  // ---- connections

  @Test
  void saysWhatDevicesThereAre() {
    assertThat(verbs().devices()).isNotEmpty();
    VerbsDevice device = verbs().devices().getFirst();
    assertThat(device.name()).isNotBlank();
    assertThat(device.slotsMax()).isGreaterThanOrEqualTo(SLOTS);
    assertThat(device.completionsMax()).isGreaterThanOrEqualTo(SLOTS);
    assertThat(device.regionBytesMax()).isGreaterThanOrEqualTo(64L << 20);
    assertThat(device.readsMax()).isPositive();
  }

  @Test
  void bringsWhatIsSaidWithRequestAndAnswer() {
    connect();
    assertThat(pair.requestSeen).isEqualTo(VerbsPair.REQUEST);
    assertThat(pair.answerSeen).isEqualTo(VerbsPair.ANSWER);
    assertThat(pair.client.device()).isNotBlank();
    assertThat(pair.server.device()).isNotBlank();
    assertThat(pair.client.remote()).isEqualTo(new InetSocketAddress(address(), listener.port()));
    assertThat(pair.server.remote().getPort()).isPositive();
  }

  @Test
  void isRejectedWhereNobodyListens() {
    listener.close();
    int port = listener.port();
    listener = there.listen(new InetSocketAddress(address(), 0), 8);
    assertThat(pair.ask(here, there, new InetSocketAddress(address(), port), SLOTS))
        .isEqualTo(Kind.REJECTED);
  }

  @Test
  void isRejectedByWhoListens() {
    pair.rejects = true;
    assertThat(pair.ask(here, there, new InetSocketAddress(address(), listener.port()), SLOTS))
        .isEqualTo(Kind.REJECTED);
  }

  @Test
  void listensOnlyAtItsOwnAddresses() throws Exception {
    InetSocketAddress foreign = new InetSocketAddress(InetAddress.getByName("192.0.2.77"), 0);
    assertThatThrownBy(() -> there.listen(foreign, 8))
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(EmpException.Kind.DONOR));
  }

  @Test
  void hasADomainBeforeAnybodyConnects() {
    assertThat(listener.device()).isNotBlank();
    try (ProtectionDomain domain = listener.allocateDomain();
        MemoryRegion region = domain.register(memory(), ProtectionDomain.REMOTE_READ)) {
      assertThat(region.memory().byteSize()).isEqualTo(REGION_BYTES);
      assertThat(region.remoteAddress()).isEqualTo(region.memory().address());
    }
  }

  @Test
  void makesItsChannelReadableForAnEvent() {
    assertThat(isReadable(here)).isFalse();
    pair.client = here.resolve(new InetSocketAddress(address(), listener.port()), 2000);
    awaitReadable(here);
    ConnectionEvent event = new ConnectionEvent();
    while (here.next(event)) {
      assertThat(event.endpoint()).isSameAs(pair.client);
    }
  }

  @Test
  void tellsWhenTheOtherSideCloses() {
    connect();
    pair.server.close();
    assertThat(pair.awaitEvent(here, there, pair.client)).isEqualTo(Kind.DISCONNECTED);
    pair.read(1, true, 0, 8, 0);
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(1)).isNotEqualTo(WorkStatus.SUCCESS);
  }

  // ---- work

  @Test
  void writesAndReads() {
    connect();
    for (int bytes : new int[] {8, 64, 4096, 3 * 4096, 64 << 10, REGION_BYTES / 2}) {
      pair.fill(0, bytes, bytes);
      pair.write(bytes, true, 0, bytes, 4096);
      assertThat(pair.queuePair.post()).isTrue();
      assertThat(pair.await(bytes)).isEqualTo(WorkStatus.SUCCESS);
      int back = REGION_BYTES / 2;
      pair.read(bytes + 1, true, back, bytes, 4096);
      assertThat(pair.queuePair.post()).isTrue();
      assertThat(pair.await(bytes + 1)).isEqualTo(WorkStatus.SUCCESS);
      assertThat(pair.isFilled(back, bytes, bytes)).as("%d bytes", bytes).isTrue();
    }
  }

  @Test
  void touchesExactlyItsRange() {
    connect();
    MemorySegment remote = pair.there.memory();
    remote.fill((byte) 0x55);
    pair.fill(0, 4096, 9);
    pair.write(1, true, 0, 4096, 8192);
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(1)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(remote.get(JAVA_LONG, 8192 - 8)).isEqualTo(0x5555555555555555L);
    assertThat(remote.get(JAVA_LONG, 8192)).isEqualTo(9);
    assertThat(remote.get(JAVA_LONG, 8192 + 4096)).isEqualTo(0x5555555555555555L);
  }

  @Test
  void reportsOnlyWhatAskedForItAndInOrder() {
    connect();
    pair.fill(0, 8 * 4096, 1);
    for (int i = 0; i < 8; i++) {
      pair.write(i, i == 3 || i == 7, i * 4096L, 4096, i * 4096L);
    }
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(7)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(pair.reported).containsExactly(3L, 7L);
    assertThat(pair.there.memory().get(JAVA_LONG, 7 * 4096)).isEqualTo(1 + 7 * 4096);
  }

  @Test
  void readsWhatIsWrittenBefore() {
    connect();
    pair.fill(0, 4096, 5);
    pair.write(1, false, 0, 4096, 0);
    pair.read(2, true, 8192, 4096, 0);
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(2)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(pair.isFilled(8192, 4096, 5)).isTrue();
  }

  @Test
  void goesOnForeverWithinItsSlots() {
    connect();
    int every = SLOTS / 4;
    long posted = 0;
    while (posted < 40L * SLOTS) {
      for (int i = 0; i < every; i++) {
        posted++;
        pair.write(posted, i == every - 1, 0, 64, 0);
      }
      assertThat(pair.queuePair.post()).isTrue();
      long oldest = posted - SLOTS + every;
      if (oldest > 0) {
        pair.await(oldest - oldest % every);
      }
    }
    assertThat(pair.await(posted)).isEqualTo(WorkStatus.SUCCESS);
  }

  @Test
  void takesABufferThatTravelsInlineAtOnce() {
    connect();
    assumeTrue(pair.queuePair.inlineBytes() >= 64, "the device takes 64 bytes inline");
    pair.fill(0, 64, 1);
    pair.write(1, true, 0, 64, 0);
    assertThat(pair.queuePair.post()).isTrue();
    pair.fill(0, 64, 2);
    assertThat(pair.await(1)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(pair.there.memory().get(JAVA_LONG, 0)).isEqualTo(1);
  }

  @Test
  void becomesReadableWhenSomethingEndsAfterItWasArmed() {
    connect();
    pair.completions.arm();
    assertThat(isReadable(pair.completions)).isFalse();
    pair.write(1, true, 0, 64, 0);
    assertThat(pair.queuePair.post()).isTrue();
    awaitReadable(pair.completions);
    assertThat(pair.await(1)).isEqualTo(WorkStatus.SUCCESS);
    pair.completions.disarm();
    assertThat(isReadable(pair.completions)).isFalse();
    pair.write(2, true, 0, 64, 0);
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(2)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(isReadable(pair.completions)).as("not armed").isFalse();
  }

  private void awaitReadable(Pollable source) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!isReadable(source)) {
      assertThat(System.nanoTime()).as("readable in time").isLessThan(end);
    }
  }

  // ---- what is not allowed

  @Test
  void allowsNothingBeyondARegion() {
    connect();
    pair.read(1, true, 0, 4096, REGION_BYTES - 8);
    assertEndsTheQueuePair(WorkStatus.REMOTE_ACCESS);
  }

  @Test
  void allowsNothingWithAnotherKey() {
    connect();
    pair.queuePair.read(1, true, pair.here, 0, 8, pair.remote(0), pair.key() + 0x1_0101);
    assertEndsTheQueuePair(WorkStatus.REMOTE_ACCESS);
  }

  @Test
  void allowsNoWriteWhereOnlyReadsAre() {
    connect(ProtectionDomain.REMOTE_READ);
    pair.read(5, true, 0, 8, 0);
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(5)).isEqualTo(WorkStatus.SUCCESS);
    pair.write(1, true, 0, 4096, 0);
    assertEndsTheQueuePair(WorkStatus.REMOTE_ACCESS);
  }

  @Test
  void allowsNothingOnceARegionIsClosed() {
    connect();
    pair.write(5, true, 0, 8, 0);
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(5)).isEqualTo(WorkStatus.SUCCESS);
    pair.there.close();
    pair.there.close();
    pair.write(1, true, 0, 8, 0);
    assertEndsTheQueuePair(WorkStatus.REMOTE_ACCESS);
  }

  @Test
  void allowsNoRegionOfAnotherDomain() {
    connect();
    try (ProtectionDomain other = pair.server.allocateDomain();
        MemoryRegion region = other.register(memory(), ALL)) {
      pair.queuePair.read(1, true, pair.here, 0, 8, region.remoteAddress(), region.remoteKey());
      assertEndsTheQueuePair(WorkStatus.REMOTE_ACCESS);
    }
  }

  /** What is posted ends so, as mark 1, and nothing works any more. */
  private void assertEndsTheQueuePair(WorkStatus status) {
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(1)).isEqualTo(status);
    pair.read(2, false, 0, 8, 0);
    if (pair.queuePair.post()) { // a device may refuse at once
      assertThat(pair.await(2)).isEqualTo(WorkStatus.FLUSHED);
    }
  }

  @Test
  void endsWhatIsUnderWayWhenItIsFailed() {
    connect();
    pair.queuePair.fail();
    pair.write(1, false, 0, 4096, 0);
    if (pair.queuePair.post()) {
      assertThat(pair.await(1)).isEqualTo(WorkStatus.FLUSHED);
    }
    pair.queuePair.fail();
  }

  @Test
  void refusesMistakesOfItsUser() {
    connect();
    QueuePair queuePair = pair.queuePair;
    assertThat(queuePair.slots()).isEqualTo(SLOTS);
    assertThat(queuePair.post()).as("nothing prepared").isTrue();
    assertThatThrownBy(() -> pair.read(1, true, REGION_BYTES - 8, 16, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> pair.read(1, true, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    for (int i = 0; i < SLOTS; i++) {
      pair.write(i, i == SLOTS - 1, 0, 8, 0);
    }
    assertThatThrownBy(() -> pair.write(99, true, 0, 8, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThat(queuePair.post()).isTrue();
    assertThat(pair.await(SLOTS - 1)).isEqualTo(WorkStatus.SUCCESS);
    pair.client.close();
    pair.client.close();
    assertThatThrownBy(() -> pair.write(1, true, 0, 8, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesMemoryThatADeviceCannotUse() {
    connect();
    assertThatThrownBy(() -> pair.clientDomain.register(MemorySegment.ofArray(new long[8]), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
