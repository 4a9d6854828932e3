package io.elasticmemory.samples.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Stands between pagers and an exporter on loopback, knows their messages, and does mischief to
 * them when it is told to. What a connection meets depends on the seed and on the order in which
 * connections are made, not on other connections. Usable from every thread.
 *
 * <p>After Toxiproxy, which treats bytes; this one treats messages.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BACKLOG = 64;

  private final InetSocketAddress upstream;
  private final ServerSocket server;
  private final SplittableRandom random;
  private final LongAdder passed = new LongAdder();
  private final LongAdder injected = new LongAdder();
  private final List<Socket> sockets = new ArrayList<>();
  private volatile Order order = new Order(0, EnumSet.noneOf(Direction.class), Innocence::of);

  private record Order(
      long version, Set<Direction> directions, Function<RandomGenerator, Mischief> maker) {}

  private FaultProxy(InetSocketAddress upstream, ServerSocket server, long seed) {
    this.upstream = upstream;
    this.server = server;
    random = new SplittableRandom(seed);
  }

  /**
   * Starts one that does nothing yet but stand between, on a free port of loopback.
   *
   * @param upstream the exporter
   */
  public static FaultProxy start(InetSocketAddress upstream, long seed) throws IOException {
    ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    FaultProxy proxy = new FaultProxy(upstream, server, seed);
    Thread.ofPlatform().daemon().name("fault-proxy").start(proxy::accept);
    return proxy;
  }

  /** Where to find the exporter through it. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** The port to find the exporter through it. */
  public int port() {
    return server.getLocalPort();
  }

  /** Messages that came in, of both directions. */
  public long passed() {
    return passed.sum();
  }

  /** How often mischief was done. */
  public long injected() {
    return injected.sum();
  }

  /** Does this from now on, instead of whatever it did, in these directions. */
  public void inject(Kind kind, double toxicity, Direction... directions) {
    inject(random -> kind.begin(random, toxicity), directions);
  }

  /** Does this from now on, instead of whatever it did, in these directions. */
  public synchronized void inject(
      Function<RandomGenerator, Mischief> maker, Direction... directions) {
    Set<Direction> wanted = EnumSet.noneOf(Direction.class);
    wanted.addAll(Arrays.asList(directions));
    order = new Order(order.version() + 1, wanted, maker);
  }

  /** Does nothing from now on; what was held back goes on. */
  public void heal() {
    inject(Innocence::of);
  }

  /** Breaks all connections that there are, with RST. */
  public synchronized void cut() {
    sockets.forEach(FaultProxy::reset);
    sockets.clear();
  }

  /** Ends it and its connections. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        connect(server.accept());
      } catch (IOException e) {
        // The exporter is away, or this proxy is closed.
      }
    }
  }

  private void connect(Socket pager) throws IOException {
    Socket exporter = new Socket();
    try {
      exporter.connect(upstream);
      pager.setTcpNoDelay(true);
      exporter.setTcpNoDelay(true);
    } catch (IOException e) {
      reset(pager);
      reset(exporter);
      throw e;
    }
    serve(pager, exporter);
  }

  private synchronized void serve(Socket pager, Socket exporter) {
    sockets.removeIf(Socket::isClosed);
    sockets.addAll(List.of(pager, exporter));
    AtomicInteger lanes = new AtomicInteger(Direction.values().length);
    lane(Direction.REQUESTS, pager, exporter, lanes);
    lane(Direction.ANSWERS, exporter, pager, lanes);
  }

  private void lane(Direction direction, Socket from, Socket to, AtomicInteger lanes) {
    Orders orders = new Orders(direction, from, to, lanes, random.split());
    new Lane(from, to, orders).start("fault-proxy-" + direction);
  }

  private static void reset(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // Closed already.
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed as far as it can be.
    }
  }

  /** What a lane is to do. */
  private final class Orders implements Lane.Orders {
    private final Direction direction;
    private final Socket from;
    private final Socket to;
    private final AtomicInteger lanes;
    private final SplittableRandom random;

    Orders(
        Direction direction, Socket from, Socket to, AtomicInteger lanes, SplittableRandom random) {
      this.direction = direction;
      this.from = from;
      this.to = to;
      this.lanes = lanes;
      this.random = random;
    }

    @Override
    public long version() {
      return order.version();
    }

    @Override
    public Mischief begin() {
      Order now = order;
      return now.directions().contains(direction)
          ? now.maker().apply(random.split())
          : new Innocence();
    }

    @Override
    public void passed() {
      passed.increment();
    }

    @Override
    public void injected() {
      injected.increment();
    }

    @Override
    public void reset() {
      FaultProxy.reset(from);
      FaultProxy.reset(to);
    }

    /** The last one closes the connection, in order: what was sent still arrives. */
    @Override
    public void ended() {
      if (lanes.decrementAndGet() == 0) {
        close(from);
        close(to);
      }
    }
  }
}
