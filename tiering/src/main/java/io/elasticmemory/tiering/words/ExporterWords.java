package io.elasticmemory.tiering.words;

import static java.util.Objects.requireNonNull;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.RemoteWords;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.tiering.store.RdmaWish;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.WordsLayout.Grant;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Words of an exporter, served as it says. A connection that is lost is made again with the next
 * operation; the exporter ends the one before first, and what was asked on it with it, so what is
 * read then is final.
 */
public final class ExporterWords implements RemoteWords {
  private final String name;
  private final InetSocketAddress address;
  private final Sockets sockets;
  private final Clock clock;
  private final long timeoutNanos;
  private final @Nullable RdmaWish rdma;
  private final Poller poller;
  private final long idHigh;
  private final long idLow;
  private long connections;
  private long instance;
  private int count;
  private ServedBy servedBy = ServedBy.EXPORTER;
  private @Nullable WordsConnection connection;
  private @Nullable WordsLink link;
  private String lastFailure = "";
  private boolean closed;

  private ExporterWords(
      String name,
      InetSocketAddress address,
      Sockets sockets,
      Clock clock,
      Duration timeout,
      @Nullable RdmaWish rdma) {
    this.name = name;
    this.address = address;
    this.sockets = sockets;
    this.clock = clock;
    timeoutNanos = timeout.toNanos();
    this.rdma = rdma;
    poller = sockets.openPoller();
    SecureRandom random = new SecureRandom();
    idHigh = random.nextLong() | 1;
    idLow = random.nextLong();
  }

  /**
   * Opens the words of an exporter.
   *
   * @param name how a person names it, for messages
   * @param timeout for this, and for each operation
   * @param rdma how its device is reached, if that serves the words; null if it cannot be
   * @throws EmpException of kind DONOR if it has none, they are not for this machine, or it does
   *     not answer in time
   */
  public static ExporterWords open(
      String name,
      InetSocketAddress address,
      Sockets sockets,
      Clock clock,
      Duration timeout,
      @Nullable RdmaWish rdma) {
    ExporterWords words = new ExporterWords(name, address, sockets, clock, timeout, rdma);
    try {
      words.connect(clock.nanoTime() + words.timeoutNanos);
      return words;
    } catch (WordsFailure e) {
      words.close();
      throw refusal("%s: no words (%s); see that an exporter runs there", name, e.why());
    } catch (RuntimeException e) {
      words.close();
      throw e;
    }
  }

  private static EmpException refusal(String message, Object... values) {
    return new EmpException(EmpException.Kind.DONOR, message.formatted(values));
  }

  // ---- connecting

  private void connect(long deadlineNanos) throws WordsFailure {
    WordsConnection.Client client = new WordsConnection.Client(idHigh, idLow, ++connections);
    WordsConnection made =
        WordsConnection.connect(sockets, address, client, poller, clock, deadlineNanos);
    connection = made;
    requireSameExporter(made);
    Grant grant = made.open(deadlineNanos);
    count = grant.words();
    servedBy = grant.servedBy();
    if (servedBy == ServedBy.DEVICE) {
      RdmaWish wish = requireDevice();
      Poller own = sockets.openPoller();
      link = WordsLink.connect(wish, address, grant, instance, own, clock, deadlineNanos);
    }
  }

  private void requireSameExporter(WordsConnection made) {
    if (!made.hasWords()) {
      throw refusal("%s has no words: start it with --words", name);
    }
    if (instance != 0 && instance != made.instance()) {
      throw refusal("%s was started again: its words are zero, open them anew", name);
    }
    instance = made.instance();
  }

  /** Never over TCP instead: the device is not atomic against the exporter's CPU. */
  private RdmaWish requireDevice() {
    if (rdma == null || !WordsLink.canServe(rdma.verbs(), rdma.device())) {
      throw refusal(
          "words of %s are changed by its RDMA device only, and this client has %s: start the"
              + " exporter with --words-over-tcp",
          name, rdma == null ? "no RDMA" : "no device with atomic operations");
    }
    return rdma;
  }

  // ---- operations

  @Override
  public int count() {
    return count;
  }

  @Override
  public ServedBy servedBy() {
    return servedBy;
  }

  @Override
  public Answer compareAndSwap(int word, long expected, long wanted) {
    return change(MessageLayout.SWAP_WORD, word, expected, wanted);
  }

  @Override
  public Answer fetchAndAdd(int word, long addend) {
    return change(MessageLayout.ADD_WORD, word, addend, 0);
  }

  /** An addition of nothing: what devices promise of words, they promise of atomic operations. */
  @Override
  public Answer read(int word) {
    Answer answer = fetchAndAdd(word, 0);
    return answer.outcome() == Outcome.UNKNOWN ? new Answer(Outcome.NOT_DONE, 0) : answer;
  }

  private Answer change(int operation, int word, long first, long second) {
    if (closed) {
      throw new IllegalStateException("the words of " + name + " are closed");
    }
    Objects.checkIndex(word, count);
    long deadlineNanos = clock.nanoTime() + timeoutNanos;
    try {
      beConnected(deadlineNanos);
      WordsLink past = link;
      long before =
          past == null
              ? requireNonNull(connection).change(operation, word, first, second, deadlineNanos)
              : past.change(operation, word, first, second, deadlineNanos);
      return new Answer(Outcome.DONE, before);
    } catch (WordsFailure e) {
      lastFailure = e.why();
      disconnect();
      return new Answer(e.outcome(), 0);
    } catch (RuntimeException e) {
      disconnect();
      throw e;
    }
  }

  private void beConnected(long deadlineNanos) throws WordsFailure {
    try {
      if (connection != null) {
        connection.requireStanding(deadlineNanos);
        if (link != null) {
          link.requireStanding();
        }
      }
    } catch (WordsFailure e) {
      lastFailure = e.why();
      disconnect();
    }
    try {
      if (connection == null) {
        connect(deadlineNanos);
      }
    } catch (WordsFailure e) {
      // Whatever was asked on the way, it was not the operation.
      throw e.as(Outcome.NOT_DONE);
    }
  }

  private void disconnect() {
    if (link != null) {
      link.close();
      link = null;
    }
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  @Override
  public String lastFailure() {
    return lastFailure;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      disconnect();
      poller.close();
    }
  }
}
