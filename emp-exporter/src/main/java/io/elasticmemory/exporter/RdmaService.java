package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Listener;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.wire.RdmaLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets clients reach their slabs by RDMA, at the port and addresses of the exporter that belong to
 * one device. One thread sees to connections; no thread sees what is read and written.
 *
 * <p>What a client may touch are its {@link RdmaSession}s; they end with the TCP connection that
 * has opened them. Usable from every thread.
 */
final class RdmaService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RdmaService.class);

  /** Connections that wait to be accepted. */
  private static final int BACKLOG = 64;

  /** How often the thread looks whether it is to end. */
  private static final long LOOK_NANOS = 250_000_000;

  private static final int CLOSE_MILLIS_MAX = 2_000;
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long PAGE_BYTES = 4L << 10;

  private final SlabPool pool;
  private final long instance;
  private final EventChannel channel;
  private final Poller poller;
  private final List<Listener> listeners = new ArrayList<>();
  private final Map<Long, RdmaSession> sessions = new ConcurrentHashMap<>();

  private final boolean hasAtomics;
  private final Thread thread;
  private volatile boolean closed;

  /** Said of the device, by the one thread. */
  private boolean isDown;

  private RdmaService(
      Verbs verbs,
      Poller poller,
      String device,
      InetSocketAddress at,
      SlabPool pool,
      long instance) {
    this.pool = pool;
    this.instance = instance;
    this.poller = poller;
    channel = verbs.openChannel();
    hasAtomics =
        verbs.devices().stream().anyMatch(one -> one.name().equals(device) && one.atomics());
    thread = Thread.ofPlatform().daemon().name("exporter-rdma").unstarted(this::watch);
    try {
      for (InetAddress address : addresses(at.getAddress())) {
        listen(new InetSocketAddress(address, at.getPort()), device);
      }
      require(verbs, device, at);
      tryRegistration(device);
    } catch (RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Serves RDMA.
   *
   * @param poller of the one thread; closed with the service
   * @param device through which clients come
   * @param at where the exporter listens; of the wildcard all addresses of the device
   * @param pool the slabs, which are all there already
   * @throws EmpException if the device, its address or the right to register the memory is missing
   */
  static RdmaService start(
      Verbs verbs,
      Poller poller,
      String device,
      InetSocketAddress at,
      SlabPool pool,
      long instance) {
    RdmaService service = new RdmaService(verbs, poller, device, at, pool, instance);
    service.thread.start();
    return service;
  }

  private static List<InetAddress> addresses(InetAddress address) {
    if (!address.isAnyLocalAddress()) {
      return List.of(address);
    }
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(one -> !one.isLoopbackAddress() && !one.isLinkLocalAddress())
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  private void listen(InetSocketAddress at, String device) {
    try {
      Listener listener = channel.listen(at, BACKLOG);
      if (listener.device().equals(device)) {
        listeners.add(listener);
      } else {
        listener.close();
      }
    } catch (EmpException e) {
      log.debug("{}: {}", at, e.getMessage()); // Not of an RDMA device, as most are.
    }
  }

  private void require(Verbs verbs, String device, InetSocketAddress at) {
    if (listeners.isEmpty()) {
      List<String> found = verbs.devices().stream().map(one -> one.name()).toList();
      throw new EmpException(
          EmpException.Kind.DONOR,
          "RDMA device -d %s does not listen on %s; devices here are %s: give one of them with -d, and with -b an address of it (see rdma link, ip address)"
              .formatted(device, Exporter.hostAndPort(at), found));
    }
  }

  /** That all can be registered is seen now, and not when a client wants its slabs. */
  private void tryRegistration(String device) {
    long begin = System.nanoTime();
    List<MemoryRegion> regions = new ArrayList<>();
    try (ProtectionDomain domain = listeners.getFirst().allocateDomain()) {
      try {
        for (int slab = 0; slab < pool.slabs(); slab++) {
          regions.add(domain.register(pool.segment(slab), SlabsSession.ACCESS));
        }
      } catch (EmpException e) {
        throw tooMuch(device, regions.size(), e);
      } finally {
        regions.forEach(MemoryRegion::close);
      }
    }
    log.debug(
        "RDMA on {}: {} MiB can be registered, in {} ms",
        device,
        lentMib(),
        (System.nanoTime() - begin) / 1_000_000);
    sayHowMuchIsInHugePages(device);
  }

  private EmpException tooMuch(String device, int registered, EmpException why) {
    return new EmpException(
        EmpException.Kind.PLATFORM,
        "RDMA device -d %s takes %d of the %d MiB to lend (%s): let this process lock %d KiB and some more (ulimit -l), or lend less with -m"
            .formatted(
                device,
                registered * SLAB_BYTES / MIB,
                lentMib(),
                why.getMessage(),
                pool.slabs() * SLAB_BYTES / KIB),
        why);
  }

  private long lentMib() {
    return pool.slabs() * SLAB_BYTES / MIB;
  }

  private void sayHowMuchIsInHugePages(String device) {
    long hugeMib = pool.hugePageBytes() / MIB;
    if (hugeMib < lentMib() / 2) {
      log.warn(
          "only {} of {} MiB for RDMA device {} are in huge pages: it has to know {} pages instead"
              + " of {}; have madvise or always in /sys/kernel/mm/transparent_hugepage/enabled, and"
              + " free memory before the start",
          hugeMib,
          lentMib(),
          device,
          (lentMib() - hugeMib) * MIB / PAGE_BYTES + hugeMib * MIB / Memories.HUGE_PAGE_BYTES,
          lentMib() * MIB / Memories.HUGE_PAGE_BYTES);
    } else {
      log.debug("{} of {} MiB are in huge pages", hugeMib, lentMib());
    }
  }

  // ---- sessions

  /**
   * Makes the slabs of a lease reachable.
   *
   * @return null if the lease has ended
   * @throws EmpException if the device does not have what that takes
   */
  @Nullable SlabsSession open(Lease lease) {
    if (!lease.enter()) {
      return null;
    }
    try {
      SlabsSession session =
          SlabsSession.open(
              listeners.getFirst().allocateDomain(), lease, pool, instance, this::forget);
      sessions.put(session.token(), session);
      return session;
    } catch (RuntimeException e) {
      lease.leave();
      throw e;
    }
  }

  /**
   * Makes words reachable for a client.
   *
   * @param words that the device serves
   * @throws EmpException if the device does not have what that takes
   */
  WordsSession open(SharedWords words) {
    WordsSession session =
        WordsSession.open(listeners.getFirst().allocateDomain(), words, instance, this::forget);
    sessions.put(session.token(), session);
    return session;
  }

  /** Whether the device can serve words: has atomic operations. */
  boolean hasAtomics() {
    return hasAtomics;
  }

  private void forget(RdmaSession session) {
    sessions.remove(session.token());
  }

  // ---- connections

  private void watch() {
    ConnectionEvent event = new ConnectionEvent();
    poller.watch(channel, Poller.READ, _ -> {});
    while (!closed) {
      try {
        while (channel.next(event)) {
          if (event.hasEndpoint()) {
            happened(event);
          }
        }
        poller.await(LOOK_NANOS);
      } catch (RuntimeException e) {
        log.error("an RDMA connection failed, going on with others", e);
      }
    }
    poller.forget(channel);
  }

  private void happened(ConnectionEvent event) {
    switch (event.kind()) {
      case REQUESTED -> requested(event);
      case ESTABLISHED -> {
        log.debug("an RDMA connection stands");
        isDown = false;
      }
      case PORT_DOWN, DEVICE_REMOVED -> {
        sayOnce(event);
        event.endpoint().close();
      }
      case DISCONNECTED, QUEUE_PAIR_FAILED, UNREACHABLE, REJECTED -> event.endpoint().close();
      case RESOLVED, OTHER -> {}
    }
  }

  /** For all connections, until one stands again. */
  private void sayOnce(ConnectionEvent event) {
    if (!isDown) {
      isDown = true;
      boolean isPort = event.kind() == ConnectionEvent.Kind.PORT_DOWN;
      log.warn(
          "{} of RDMA device {}: connections by RDMA end, and slabs are reached over TCP",
          isPort ? "no network at the port" : "failure or removal",
          event.endpoint().device());
    }
  }

  private void requested(ConnectionEvent event) {
    Endpoint endpoint = event.endpoint();
    if (RdmaLayout.isKnown(event.data(), event.dataBytes(), RdmaLayout.REQUEST_BYTES)) {
      RdmaLayout.Request request = RdmaLayout.Request.read(event.data());
      RdmaSession session = sessions.get(request.token());
      if (session != null && accepted(session, endpoint, request)) {
        return;
      }
    }
    log.debug("an RDMA connection is refused: its token is not known");
    endpoint.reject();
    endpoint.close();
  }

  private static boolean accepted(
      RdmaSession session, Endpoint endpoint, RdmaLayout.Request request) {
    try {
      return session.accept(endpoint, request);
    } catch (EmpException e) {
      log.warn("an RDMA connection is refused: {}", e.getMessage());
      return false;
    }
  }

  /** Ends what is left; sessions have ended with their connections before. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List.copyOf(sessions.values()).forEach(RdmaSession::close);
    listeners.forEach(Listener::close);
    channel.close();
    if (!thread.isAlive()) {
      poller.close();
    }
  }
}
