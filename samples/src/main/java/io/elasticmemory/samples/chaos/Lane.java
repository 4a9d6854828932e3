package io.elasticmemory.samples.chaos;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: a thread takes messages in, another sends them on as the mischief
 * of the day sees fit.
 */
final class Lane implements Mischief.Wire {
  /** What a lane asks of its proxy. */
  interface Orders {
    /** Counts up with each change of what is ordered. */
    long version();

    /** Mischief as it is ordered now. */
    Mischief begin();

    /** A message came in. */
    void passed();

    /** Mischief was done. */
    void injected();

    /** Breaks the connection. */
    void reset();

    /** Nothing will pass any more. */
    void ended();
  }

  private static final int IDLE_MILLIS = 5;
  private static final int QUEUE_MAX = 256;

  /** Stands in the queue for the end. */
  private static final Frame END = new Frame(new byte[64], 0, 0);

  private final Socket from;
  private final Socket to;
  private final Orders orders;
  private final BlockingQueue<Frame> queue = new LinkedBlockingQueue<>(QUEUE_MAX);
  private volatile boolean broken;
  private Mischief mischief = new Innocence();
  private long version;
  private boolean over;
  private boolean sawEnd;

  Lane(Socket from, Socket to, Orders orders) {
    this.from = from;
    this.to = to;
    this.orders = orders;
  }

  void start(String name) {
    Thread.ofPlatform().daemon().name(name + "-in").start(this::receive);
    Thread.ofPlatform().daemon().name(name + "-out").start(this::deliver);
  }

  private void receive() {
    try {
      take();
    } catch (IOException e) {
      broken = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      queue.put(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take() throws IOException, InterruptedException {
    FrameReader reader = new FrameReader(from.getInputStream());
    for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
      orders.passed();
      queue.put(frame);
    }
  }

  private void deliver() {
    try {
      deliverAll();
      drain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    } finally {
      orders.ended();
    }
  }

  private void deliverAll() throws InterruptedException {
    try {
      while (!over) {
        Frame frame = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        sawEnd |= frame == END;
        follow();
        deliver(frame);
      }
    } catch (IOException e) {
      reset();
    }
  }

  private void deliver(@Nullable Frame frame) throws IOException, InterruptedException {
    if (over || to.isClosed()) {
      over = true;
    } else if (frame == null) {
      mischief.idle(this);
    } else if (frame != END) {
      mischief.pass(frame, this);
    } else if (broken) {
      reset();
    } else {
      mischief.end(this);
    }
  }

  private void follow() throws IOException, InterruptedException {
    long now = orders.version();
    if (now != version) {
      version = now;
      mischief.release(this);
      mischief = orders.begin();
    }
  }

  /** Whoever still sends must not wait for room, and his end is not missed. */
  private void drain() throws InterruptedException {
    while (!sawEnd) {
      sawEnd = queue.take() == END;
    }
  }

  // ---- the way out

  @Override
  public void send(byte[] bytes, int from, int count) throws IOException {
    to.getOutputStream().write(bytes, from, count);
  }

  @Override
  public void finish() throws IOException {
    over = true;
    to.shutdownOutput();
  }

  @Override
  public void reset() {
    over = true;
    orders.reset();
  }

  @Override
  public void note() {
    orders.injected();
  }
}
