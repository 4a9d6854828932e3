package io.elasticmemory.port.verbs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
import io.elasticmemory.port.verbs.WorkStatus;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the fabric in memory does beyond the contract: what tests say, and what hardware counts. */
class FakeFabricTest {
  private static final int SLOTS = 4;

  private final Arena arena = Arena.ofShared();
  private final FakeFabric fabric = new FakeFabric();
  private final List<String> ended = new ArrayList<>();
  private FakeVerbs host;
  private FakeVerbs server;
  private EventChannel channel;
  private EventChannel otherChannel;
  private Endpoint client;
  private Endpoint accepted;
  private CompletionQueue completions;
  private QueuePair queuePair;
  private MemoryRegion here;
  private MemoryRegion there;

  @BeforeEach
  void connect() throws Exception {
    connect(true);
  }

  private void connect(boolean atomics) throws Exception {
    host = fabric.host(InetAddress.getByName("10.0.0.1"), atomics);
    server = fabric.host(InetAddress.getByName("10.0.0.2"), atomics);
    channel = host.openChannel();
    otherChannel = server.openChannel();
    InetSocketAddress at = new InetSocketAddress(InetAddress.getByName("10.0.0.2"), 0);
    int port = otherChannel.listen(at, 1).port();
    ConnectionEvent event = new ConnectionEvent();
    client = channel.resolve(new InetSocketAddress(at.getAddress(), port), 1);
    assertThat(channel.next(event)).isTrue();
    ProtectionDomain domain = client.allocateDomain();
    completions = domain.createCompletionQueue(SLOTS);
    queuePair = client.createQueuePair(domain, completions, SLOTS, 0);
    client.connect(new Patience(14, 3), arena.allocate(1), 1);
    assertThat(otherChannel.next(event)).isTrue();
    accepted = event.endpoint();
    ProtectionDomain otherDomain = accepted.allocateDomain();
    accepted.createQueuePair(otherDomain, otherDomain.createCompletionQueue(1), 1, 0);
    accepted.accept(new Patience(14, 3), arena.allocate(1), 1);
    assertThat(channel.next(event)).isTrue();
    here = domain.register(arena.allocate(4096, 8), 0);
    int access = ProtectionDomain.REMOTE_READ | ProtectionDomain.REMOTE_WRITE;
    there = otherDomain.register(arena.allocate(4096, 8), access | ProtectionDomain.REMOTE_ATOMIC);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private void write(long mark, boolean reported) {
    queuePair.write(mark, reported, here, 0, 8, there.remoteAddress(), there.remoteKey());
  }

  private List<String> poll() {
    ended.clear();
    completions.poll(Integer.MAX_VALUE, (mark, status) -> ended.add(mark + " " + status));
    return ended;
  }

  @Test
  void keepsASlotUntilALaterEndIsTaken() {
    for (int i = 0; i < SLOTS; i++) {
      write(i, false);
    }
    assertThat(queuePair.post()).isTrue();
    assertThat(poll()).isEmpty();
    write(9, true);
    assertThat(queuePair.post()).as("all slots are taken for ever").isFalse();
  }

  @Test
  void freesSlotsOnlyWhenTheEndIsTaken() {
    for (int i = 0; i < SLOTS; i++) {
      write(i, i == SLOTS - 1);
    }
    assertThat(queuePair.post()).isTrue();
    write(9, true);
    assertThat(queuePair.post()).isFalse();
    assertThat(poll()).containsExactly("3 SUCCESS");
    write(10, true);
    assertThat(queuePair.post()).isTrue();
  }

  @Test
  void holdsOperationsAndLetsThemGo() {
    MemorySegment word = there.memory();
    here.memory().set(ValueLayout.JAVA_LONG, 0, 5);
    fabric.hold();
    write(1, true);
    write(2, true);
    assertThat(queuePair.post()).isTrue();
    assertThat(poll()).isEmpty();
    assertThat(word.get(ValueLayout.JAVA_LONG, 0)).isZero();
    fabric.release(1);
    assertThat(poll()).containsExactly("1 SUCCESS");
    assertThat(word.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(5);
    fabric.release();
    assertThat(poll()).containsExactly("2 SUCCESS");
  }

  @Test
  void endsOperationsAsTheTestSays() {
    fabric.endAs(WorkStatus.SUCCESS, WorkStatus.RETRY_EXCEEDED);
    for (int i = 1; i <= SLOTS; i++) {
      write(i, i == SLOTS);
    }
    assertThat(queuePair.post()).isTrue();
    assertThat(poll()).containsExactly("2 RETRY_EXCEEDED", "3 FLUSHED", "4 FLUSHED");
  }

  @Test
  void hearsNothingFromAHostThatDied() {
    server.die();
    write(1, true);
    assertThat(queuePair.post()).isTrue();
    assertThat(poll()).containsExactly("1 RETRY_EXCEEDED");
  }

  private static List<Kind> kinds(EventChannel from) {
    List<Kind> kinds = new ArrayList<>();
    ConnectionEvent event = new ConnectionEvent();
    while (from.next(event)) {
      kinds.add(event.kind());
    }
    return kinds;
  }

  @Test
  void tellsAHostAndNobodyElseThatItsPortIsDown() {
    kinds(channel);
    kinds(otherChannel);
    host.portGoesDown();
    assertThat(kinds(channel)).containsExactly(Kind.PORT_DOWN);
    assertThat(kinds(otherChannel)).isEmpty();
    write(1, true);
    assertThat(queuePair.post()).isTrue();
    assertThat(poll()).containsExactly("1 RETRY_EXCEEDED");
    client.close();
    assertThat(kinds(otherChannel)).as("nothing gets through").isEmpty();
    channel.resolve(new InetSocketAddress("10.0.0.2", 1), 1);
    assertThat(kinds(channel)).containsExactly(Kind.UNREACHABLE);
    host.portComesUp();
    channel.resolve(new InetSocketAddress("10.0.0.2", 1), 1);
    assertThat(kinds(channel)).containsExactly(Kind.RESOLVED);
  }

  @Test
  void endsWhatIsUnderWayWhenTheDeviceFailsItsQueuePairs() {
    kinds(channel);
    fabric.hold();
    write(1, true);
    assertThat(queuePair.post()).isTrue();
    host.failQueuePairs();
    assertThat(poll()).containsExactly("1 FLUSHED");
    assertThat(kinds(channel)).containsExactly(Kind.QUEUE_PAIR_FAILED);
  }

  @Test
  void hasNoDeviceAnyMoreWhenThatIsPulledOut() {
    kinds(channel);
    host.removeDevice();
    assertThat(host.devices()).isEmpty();
    assertThat(kinds(channel)).containsExactly(Kind.DEVICE_REMOVED);
  }

  @Test
  void letsWhatWasSentLandUntilTheOtherEndIsClosed() {
    here.memory().set(ValueLayout.JAVA_LONG, 0, 5);
    fabric.hold();
    write(1, true);
    assertThat(queuePair.post()).isTrue();
    client.close();
    assertThat(there.memory().get(ValueLayout.JAVA_LONG, 0)).isZero();
    fabric.landStrays();
    assertThat(there.memory().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(5);
  }

  @Test
  void letsNothingLandOnceTheOtherEndIsClosed() {
    here.memory().set(ValueLayout.JAVA_LONG, 0, 5);
    fabric.hold();
    write(1, true);
    assertThat(queuePair.post()).isTrue();
    client.close();
    accepted.close();
    fabric.landStrays();
    assertThat(there.memory().get(ValueLayout.JAVA_LONG, 0)).isZero();
  }

  @Test
  void hasNoAtomicOperationsWhereTheDeviceHasNone() throws Exception {
    connect(false);
    long address = there.remoteAddress();
    queuePair.compareAndSwap(1, here, 0, address, there.remoteKey(), 0, 1);
    assertThat(queuePair.post()).isTrue();
    assertThat(poll()).containsExactly("1 LOCAL");
  }

  @Test
  void doesNotLetADomainEndBeforeWhatIsInIt() {
    ProtectionDomain domain = accepted.allocateDomain();
    MemoryRegion region = domain.register(arena.allocate(8), 0);
    assertThatThrownBy(domain::close).isInstanceOf(AssertionError.class);
    region.close();
    domain.close();
    assertThatThrownBy(() -> domain.register(arena.allocate(8), 0))
        .isInstanceOf(AssertionError.class);
  }
}
