package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;

import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.codec.Lz4;
import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.RemoteWords.ServedBy;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.wire.MessageLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends memory of this process to pagers on this machine or others. {@link #start} listens; {@link
 * #close} ends everything and gives the memory back. Several may run in one process.
 *
 * <p>One thread accepts, one serves each connection, one watches deadlines and leases, one cleans
 * slabs. Usable from every thread.
 */
public final class Exporter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Exporter.class);

  /**
   * How often deadlines and leases are looked at, so how late one may be noticed. At 50 ms this
   * thread took 0.33 % of a CPU, most of what an idle space may cost.
   */
  private static final int WATCH_MILLIS = 250;

  /** How long {@link #close} waits for its threads. */
  private static final int CLOSE_MILLIS_MAX = 2_000;

  /** Connections that wait to be accepted. */
  private static final int BACKLOG = 512;

  private static final long SERVING_STACK_BYTES = 256 << 10;

  private final ExporterSettings settings;
  private final Clock clock;
  private final ServerSocketChannel server;
  private final InetSocketAddress address;
  private final SlabPool pool;
  private final @Nullable SharedWords words;
  private final Lending lending;
  private final Refusals refusals;
  private final Thread accepting;
  private final Thread watching;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Oldest first; guarded by itself. */
  private final Map<Connection, Thread> connections = new LinkedHashMap<>();

  private Exporter(
      ExporterSettings settings,
      ServerSocketChannel server,
      SlabPool pool,
      Clock clock,
      RdmaStart rdmaStart)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.server = server;
    this.pool = pool;
    address = (InetSocketAddress) server.getLocalAddress();
    Tenants tenants = new Tenants(pool, clock);
    long instance = instance();
    RdmaService rdma = rdmaStart.at(address, pool, instance);
    words = words(settings, rdma);
    lending = new Lending(pool, tenants, instance, settings.leaseMillis(), codec(), rdma, words);
    refusals = new Refusals(clock);
    watching = Thread.ofPlatform().daemon().name("exporter-watch").unstarted(this::watch);
    accepting = Thread.ofPlatform().daemon().name("exporter-accept").unstarted(this::accept);
  }

  /**
   * Starts an exporter on the memory of this machine.
   *
   * @throws EmpException if the memory or the port cannot be had
   */
  public static Exporter start(ExporterSettings settings) {
    return start(settings, Platform.find(), Clock.system());
  }

  /** Starts an exporter with another time for deadlines and leases. */
  public static Exporter start(ExporterSettings settings, Platform platform, Clock clock) {
    Supplier<Poller> poller = () -> platform.sockets().openPoller();
    return start(settings, platform.memories(), () -> platform.verbs(Engine.VERBS), poller, clock);
  }

  /** Starts an exporter on other memory, without RDMA. */
  public static Exporter start(ExporterSettings settings, Memories memories, Clock clock) {
    Supplier<Verbs> none =
        () -> {
          throw new EmpException(EmpException.Kind.DONOR, "no RDMA here: do without -d");
        };
    Supplier<Poller> noPoller =
        () -> {
          throw new IllegalStateException("nothing to wait for");
        };
    return start(settings, memories, none, noPoller, clock);
  }

  /**
   * Starts an exporter on other memory and another fabric.
   *
   * @param verbs asked for only if the settings name a device, and so is the poller
   */
  public static Exporter start(
      ExporterSettings settings,
      Memories memories,
      Supplier<Verbs> verbs,
      Supplier<Poller> poller,
      Clock clock) {
    ServerSocketChannel server = listen(settings.address());
    boolean hasDevice = !settings.device().isEmpty();
    RdmaStart rdma =
        (address, pool, instance) ->
            hasDevice
                ? RdmaService.start(
                    verbs.get(), poller.get(), settings.device(), address, pool, instance)
                : null;
    try {
      boolean reserve = settings.reserve() || hasDevice;
      SlabPool pool = new SlabPool(memories, settings.slabs(), reserve, hasDevice);
      Exporter exporter = new Exporter(settings, server, pool, clock, rdma);
      exporter.watching.start();
      exporter.accepting.start();
      return exporter;
    } catch (IOException e) {
      closeQuietly(server);
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      closeQuietly(server);
      throw e;
    }
  }

  /** Who serves words is decided here, once, for all of them and for all clients. */
  private static @Nullable SharedWords words(
      ExporterSettings settings, @Nullable RdmaService rdma) {
    if (settings.words() == 0) {
      return null;
    }
    boolean byDevice = rdma != null && rdma.hasAtomics() && !settings.wordsOverTcp();
    ServedBy servedBy = byDevice ? ServedBy.DEVICE : ServedBy.EXPORTER;
    log.debug("{} words, served by {}", settings.words(), servedBy);
    return new SharedWords(settings.words(), servedBy);
  }

  /** Begins to serve RDMA, if that is wanted, at the port that is there by then. */
  @FunctionalInterface
  private interface RdmaStart {
    @Nullable RdmaService at(InetSocketAddress address, SlabPool pool, long instance);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** The port it listens on. */
  public int port() {
    return address.getPort();
  }

  /** What it lends in all, whole slabs. */
  public long lentBytes() {
    return pool.slabs() * SLAB_BYTES;
  }

  /** What is not leased now. */
  public long freeBytes() {
    return pool.freeSlabs() * SLAB_BYTES;
  }

  /** Connections there are now. */
  public int connections() {
    synchronized (connections) {
      return connections.size();
    }
  }

  /** Waits until {@link #close} has begun. */
  public void awaitClose() throws InterruptedException {
    accepting.join();
  }

  // ---- accepting

  private static ServerSocketChannel listen(InetSocketAddress address) {
    ServerSocketChannel server = null;
    try {
      server = ServerSocketChannel.open();
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      return server.bind(address, BACKLOG);
    } catch (IOException e) {
      if (server != null) {
        closeQuietly(server);
      }
      throw new EmpException(
          EmpException.Kind.DONOR,
          "cannot listen on %s (%s): %s"
              .formatted(hostAndPort(address), e.getMessage(), remedy(address.getAddress())),
          e);
    }
  }

  private static String remedy(InetAddress address) {
    return isOfThisMachine(address)
        ? "choose another port with -p, or a free one with -p auto"
        : "give an address of this machine with -b, see ip address";
  }

  private static boolean isOfThisMachine(InetAddress address) {
    try {
      return address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return true;
    }
  }

  /** The address as people write it: {@code 127.0.0.1:19675}, {@code [::1]:19675}. */
  static String hostAndPort(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }

  private void accept() {
    while (!closed.get()) {
      try {
        admit(server.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | OutOfMemoryError e) {
        log.warn("cannot take a connection: {}", e.toString());
        sleep(WATCH_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void admit(SocketChannel channel) throws InterruptedException {
    String name;
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      name = hostAndPort((InetSocketAddress) channel.getRemoteAddress());
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel); // Gone already.
      return;
    }
    if (makeRoom()) {
      serve(new Connection(channel, name, lending, clock), name);
    } else {
      log.debug("{}: refused, {} connections are the limit", name, settings.connectionsMax());
      refusals.refuse(channel, MessageLayout.TOO_MANY_CONNECTIONS);
    }
  }

  /** Room for one more, if need be that of the oldest who has not said hello yet. */
  private boolean makeRoom() throws InterruptedException {
    if (connections() < settings.connectionsMax()) {
      return true;
    }
    Connection oldest = oldestWithoutHello();
    if (oldest == null) {
      return false;
    }
    oldest.close("room is needed, and it has not said hello");
    boolean ended = oldest.awaitEnd(CLOSE_MILLIS_MAX);
    if (ended) {
      forget(oldest);
    }
    return ended;
  }

  private @Nullable Connection oldestWithoutHello() {
    synchronized (connections) {
      for (Connection connection : connections.keySet()) {
        if (!connection.isGreeted()) {
          return connection;
        }
      }
      return null;
    }
  }

  private void serve(Connection connection, String name) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("exporter-" + name)
            .stackSize(SERVING_STACK_BYTES)
            .unstarted(() -> serveToItsEnd(connection));
    synchronized (connections) {
      connections.put(connection, thread);
    }
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      forget(connection);
      connection.close("no thread for it");
      throw e;
    }
  }

  private void serveToItsEnd(Connection connection) {
    try {
      connection.run();
    } finally {
      forget(connection);
    }
  }

  private void forget(Connection connection) {
    synchronized (connections) {
      connections.remove(connection);
    }
  }

  // ---- watching

  private void watch() {
    while (!closed.get()) {
      try {
        snapshot().forEach(Connection::closeIfLate);
        lending.tenants().expire(lending.leaseNanos());
        refusals.closeOld();
      } catch (RuntimeException e) {
        log.error("watching deadlines failed, trying on", e);
      }
      sleep(WATCH_MILLIS);
    }
  }

  private List<Connection> snapshot() {
    synchronized (connections) {
      return List.copyOf(connections.keySet());
    }
  }

  // ---- closing

  /** Ends all connections and leases and gives the memory back, within a few seconds. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    closeQuietly(server);
    watching.interrupt();
    List<Connection> open = snapshot();
    open.forEach(connection -> connection.close("the exporter stops"));
    refusals.close();
    try {
      boolean ended = awaitAll(open);
      closeRdma();
      if (ended) {
        pool.close();
        closeWords();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeRdma() {
    RdmaService rdma = lending.rdma();
    if (rdma != null) {
      rdma.close();
    }
  }

  private void closeWords() {
    if (words != null) {
      words.close();
    }
  }

  private boolean awaitAll(List<Connection> open) throws InterruptedException {
    accepting.join(CLOSE_MILLIS_MAX);
    watching.join(CLOSE_MILLIS_MAX);
    boolean all = !accepting.isAlive();
    // What was accepted last may have come after the snapshot.
    snapshot().forEach(connection -> connection.close("the exporter stops"));
    for (Iterator<Connection> i = open.iterator(); all && i.hasNext(); ) {
      all = i.next().awaitEnd(CLOSE_MILLIS_MAX);
    }
    for (Iterator<Connection> i = snapshot().iterator(); all && i.hasNext(); ) {
      all = i.next().awaitEnd(CLOSE_MILLIS_MAX);
    }
    return all;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(java.io.Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      log.debug("closing: {}", e.toString());
    }
  }

  /** Who asks for it is told so by its absence: everything else works without. */
  private static @Nullable Lz4 codec() {
    try {
      return Lz4Library.open(log::warn);
    } catch (EmpException e) {
      log.info("bytes travel uncompressed: lz4-java is not on the class path");
      return null;
    }
  }

  private static long instance() {
    SecureRandom random = new SecureRandom();
    long instance;
    do {
      instance = random.nextLong();
    } while (instance == 0);
    return instance;
  }
}
