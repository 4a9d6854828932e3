package io.elasticmemory.port.verbs;

import io.elasticmemory.EmpException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, made or to be made. Used by one thread at a time, but closed by any.
 *
 * <pre>
 *   resolve ──RESOLVED──▶ createQueuePair ──▶ connect ──ESTABLISHED──▶ work
 *              REQUESTED──▶ createQueuePair ──▶ accept ──ESTABLISHED──▶ work
 * </pre>
 */
public interface Endpoint extends AutoCloseable {
  /** The device it goes through; empty before RESOLVED. */
  String device();

  /** The address of the other side; null before there is a way to it, and once it is closed. */
  @Nullable InetSocketAddress remote();

  /**
   * A domain on its device: regions and queue pairs of one domain know only each other.
   *
   * @throws EmpException of kind PLATFORM if the device has none left
   */
  ProtectionDomain allocateDomain();

  /**
   * Makes its queue pair; once, before it is connected or accepted.
   *
   * @param domain of the same device
   * @param completions of that device; it has an entry free for each slot of this queue pair
   * @param slots operations under way at most
   * @param inlineBytesWanted writes up to that size should travel within their request; the queue
   *     pair says how many it is
   * @throws EmpException of kind PLATFORM if the device refuses
   */
  QueuePair createQueuePair(
      ProtectionDomain domain, CompletionQueue completions, int slots, int inlineBytesWanted);

  /**
   * Makes its queue pair, as one that moves messages, too; once, before it is connected or
   * accepted.
   *
   * @param completions of operations; with an entry free for each slot
   * @param receptions where messages are reported, with an entry free for each of them; may be the
   *     same queue
   * @throws EmpException of kind PLATFORM if the device refuses
   */
  MessageQueuePair createMessageQueuePair(
      ProtectionDomain domain,
      CompletionQueue completions,
      CompletionQueue receptions,
      QueuePairCapacity capacity);

  /**
   * Asks for the connection: ESTABLISHED, REJECTED or UNREACHABLE follows.
   *
   * @param patience with a side that does not acknowledge
   * @param data goes with the request
   * @param bytes of it, at most {@link ConnectionEvent#REQUEST_BYTES_MAX}
   */
  void connect(Patience patience, MemorySegment data, int bytes);

  /**
   * Takes the connection that was asked for: ESTABLISHED follows.
   *
   * @param bytes at most {@link ConnectionEvent#ANSWER_BYTES_MAX}
   */
  void accept(Patience patience, MemorySegment data, int bytes);

  /** Refuses the connection that was asked for; the endpoint is then to be closed. */
  void reject();

  /**
   * Ends the connection and keeps what there is: what is under way ends as FLUSHED and is reported.
   * The other side sees DISCONNECTED; when it has ended it, too, so does this one.
   */
  void disconnect();

  /**
   * Ends the connection and its queue pair, and tells the other side if it can be told. When this
   * returns the device touches no memory for it any more; what was under way is never reported.
   * What it had sent may still land at the other side, until that has closed its end, too. Harmless
   * when called again.
   */
  @Override
  void close();
}
