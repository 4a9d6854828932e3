package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;

import io.elasticmemory.port.Clock;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that were refused at the door: told why, and left open for a moment, because to close
 * at once would take the answer along. Costs no thread; how many are kept is bounded.
 */
final class Refusals implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private static final int KEPT_MAX = 64;

  private record Refused(SocketChannel channel, Deadline deadline) {}

  private final Clock clock;

  /** Oldest first; guarded by this. */
  private final Deque<Refused> kept = new ArrayDeque<>();

  Refusals(Clock clock) {
    this.clock = clock;
  }

  /** Answers a request that nobody has read and closes the connection soon. */
  synchronized void refuse(SocketChannel channel, int status) {
    Deadline deadline = new Deadline(clock);
    deadline.within(Deadline.LINGER_NANOS);
    kept.addLast(new Refused(channel, deadline));
    if (kept.size() > KEPT_MAX) {
      close(kept.removeFirst());
    }
    try {
      channel.configureBlocking(false);
      channel.write(answer(status));
      channel.shutdownOutput();
    } catch (IOException e) {
      log.debug("refusing: {}", e.toString());
    }
  }

  private static ByteBuffer answer(int status) {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
    MessageHeader header = new MessageHeader().ask(MessageLayout.HELLO, 0).answer(status);
    header.write(MemorySegment.ofBuffer(bytes), 0);
    return bytes;
  }

  /** Closes those whose moment is over. */
  synchronized void closeOld() {
    while (!kept.isEmpty() && kept.getFirst().deadline.isOver()) {
      close(kept.removeFirst());
    }
  }

  @Override
  public synchronized void close() {
    kept.forEach(Refusals::close);
    kept.clear();
  }

  private static void close(Refused refused) {
    try {
      refused.channel.close();
    } catch (IOException e) {
      log.debug("closing: {}", e.toString());
    }
  }
}
