package io.elasticmemory.tiering.words;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.HELLO_BYTES;
import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.MessageLayout.U64;
import static io.elasticmemory.wire.WordsLayout.GRANT_BYTES;
import static io.elasticmemory.wire.WordsLayout.OPERATION_BYTES;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.RemoteWords.Outcome;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Stream;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.SegmentCrc;
import io.elasticmemory.wire.WordsLayout;
import io.elasticmemory.wire.WordsLayout.Grant;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * A connection to an exporter on which one request is made at a time and waited for. Whatever goes
 * wrong, it can only be closed then. Used by one thread.
 */
final class WordsConnection implements AutoCloseable {
  /**
   * Who a client is: no other has the two numbers.
   *
   * @param connection above those of all its earlier connections, which the exporter ends first
   */
  record Client(long idHigh, long idLow, long connection) {}

  /** A client of words has no pagers that take over from each other. */
  private static final int EPOCH = 1;

  /** In so many parts of the time after which an exporter ends a silent connection. */
  private static final int SIGNS_OF_LIFE = 3;

  private static final int MESSAGE_BYTES_MAX = HEADER_BYTES + Math.max(HELLO_BYTES, GRANT_BYTES);

  private final Poller poller;
  private final Clock clock;
  private final Stream stream;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment out = arena.allocate(MESSAGE_BYTES_MAX, Long.BYTES);
  private final MemorySegment in = arena.allocate(MESSAGE_BYTES_MAX, Long.BYTES);
  private final MessageHeader header = new MessageHeader();
  private final SegmentCrc crc = new SegmentCrc();
  private int events;
  private int interest = Poller.WRITE;
  private long requests;
  private long instance;
  private int abilities;
  private long silenceNanosMax;

  /** When the exporter last heard something. */
  private long saidAtNanos;

  private WordsConnection(Stream stream, Poller poller, Clock clock) {
    this.stream = stream;
    this.poller = poller;
    this.clock = clock;
    poller.watch(stream, interest, happened -> events |= happened);
  }

  /** Connects and greets. */
  static WordsConnection connect(
      Sockets sockets,
      InetSocketAddress address,
      Client client,
      Poller poller,
      Clock clock,
      long deadlineNanos)
      throws WordsFailure {
    WordsConnection made;
    try {
      made = new WordsConnection(sockets.connect(address), poller, clock);
    } catch (IOException e) {
      throw new WordsFailure(Outcome.NOT_DONE, String.valueOf(e.getMessage()));
    }
    try {
      made.finishConnect(deadlineNanos);
      made.greet(client, deadlineNanos);
      return made;
    } catch (WordsFailure | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  private void finishConnect(long deadlineNanos) throws WordsFailure {
    try {
      do {
        await(Poller.WRITE, deadlineNanos);
      } while (!stream.finishConnect());
    } catch (IOException e) {
      throw new WordsFailure(Outcome.NOT_DONE, String.valueOf(e.getMessage()));
    }
  }

  private void greet(Client client, long deadlineNanos) throws WordsFailure {
    ask(MessageLayout.HELLO);
    out.set(U64, HEADER_BYTES + MessageLayout.HELLO_SPACE_ID_HIGH_AT, client.idHigh());
    out.set(U64, HEADER_BYTES + MessageLayout.HELLO_SPACE_ID_LOW_AT, client.idLow());
    out.set(U64, HEADER_BYTES + MessageLayout.HELLO_CONNECTION_AT, client.connection());
    out.set(U32, HEADER_BYTES + MessageLayout.HELLO_DONOR_AT, 0);
    out.set(U32, HEADER_BYTES + MessageLayout.HELLO_ROLE_AT, MessageLayout.BULK);
    exchange(HELLO_BYTES, HELLO_BYTES, deadlineNanos);
    instance = header.instance;
    abilities = in.get(U32, HEADER_BYTES + MessageLayout.WELCOME_ABILITIES_AT);
    long leaseMillis = in.get(U32, HEADER_BYTES + MessageLayout.WELCOME_LEASE_MILLIS_AT);
    silenceNanosMax = leaseMillis * 1_000_000 / SIGNS_OF_LIFE;
  }

  /** Which start of the exporter it is. */
  long instance() {
    return instance;
  }

  /** Whether the exporter has words. */
  boolean hasWords() {
    return (abilities & MessageLayout.WORDS) != 0;
  }

  /** Asks for the words. */
  Grant open(long deadlineNanos) throws WordsFailure {
    ask(MessageLayout.WORDS_OPEN);
    exchange(0, GRANT_BYTES, deadlineNanos);
    Grant grant = Grant.read(in.asSlice(HEADER_BYTES));
    if (grant == null) {
      throw new WordsFailure(Outcome.NOT_DONE, "it grants words in a way that is not known here");
    }
    return grant;
  }

  /**
   * Asks for a change of a word that the exporter's CPU serves; returns what it was.
   *
   * @param operation SWAP_WORD or ADD_WORD
   */
  long change(int operation, int word, long first, long second, long deadlineNanos)
      throws WordsFailure {
    ask(operation).offset = word;
    WordsLayout.writeOperation(out, HEADER_BYTES, first, second);
    exchange(OPERATION_BYTES, 0, deadlineNanos);
    return header.offset;
  }

  /** Looks whether it stands; asks for a sign of life where nothing was said for long. */
  void requireStanding(long deadlineNanos) throws WordsFailure {
    try {
      if (stream.receive(in, 0, 1) != 0) {
        throw new WordsFailure(Outcome.NOT_DONE, "the exporter has ended the connection");
      }
    } catch (WordsFailure e) {
      throw e;
    } catch (IOException e) {
      throw new WordsFailure(Outcome.NOT_DONE, String.valueOf(e.getMessage()));
    }
    if (clock.nanoTime() - saidAtNanos >= silenceNanosMax) {
      ask(MessageLayout.PING);
      exchange(0, 0, deadlineNanos);
    }
  }

  // ---- messages

  private MessageHeader ask(int operation) {
    header.ask(operation, ++requests);
    header.epoch = EPOCH;
    header.instance = instance;
    return header;
  }

  /**
   * Sends a request whose payload is there, and takes the answer.
   *
   * @throws WordsFailure NOT_DONE if not all of the request was sent, or it was refused
   */
  private void exchange(int payloadBytes, int answerBytes, long deadlineNanos) throws WordsFailure {
    int operation = header.operation;
    header.length = payloadBytes;
    header.payloadCrc = payloadBytes == 0 ? 0 : crc.of(out, HEADER_BYTES, payloadBytes);
    header.write(out, 0);
    boolean isSent = false;
    try {
      send(HEADER_BYTES + payloadBytes, deadlineNanos);
      isSent = true;
      saidAtNanos = clock.nanoTime();
      receive(0, HEADER_BYTES, deadlineNanos);
      requireAnswer(operation);
      if (header.status == MessageLayout.OK) {
        receivePayload(answerBytes, deadlineNanos);
      }
    } catch (IOException e) {
      Outcome outcome = isSent ? Outcome.UNKNOWN : Outcome.NOT_DONE;
      throw new WordsFailure(outcome, String.valueOf(e.getMessage()));
    }
    if (header.status != MessageLayout.OK) {
      throw new WordsFailure(
          Outcome.NOT_DONE,
          "the exporter refuses it: " + MessageLayout.describeStatus(header.status));
    }
  }

  private void requireAnswer(int operation) throws IOException {
    MessageHeader.Found found = header.read(in, 0);
    boolean isOtherVersion = found == MessageHeader.Found.OTHER_VERSION;
    if (isOtherVersion) {
      throw new IOException("it is an exporter of version " + header.version);
    }
    boolean isOurs =
        found == MessageHeader.Found.HEADER
            && header.operation == (operation | MessageLayout.ANSWER)
            && header.request == requests;
    if (!isOurs) {
      throw new IOException("what answers is no exporter");
    }
  }

  private void receivePayload(int bytes, long deadlineNanos) throws IOException {
    if (header.length != bytes) {
      throw new IOException("it answers with " + header.length + " bytes");
    }
    receive(HEADER_BYTES, bytes, deadlineNanos);
    if (bytes > 0 && crc.of(in, HEADER_BYTES, bytes) != header.payloadCrc) {
      throw new IOException("its answer was damaged on the way");
    }
  }

  private void send(int bytes, long deadlineNanos) throws IOException {
    for (long sent = 0; sent < bytes; ) {
      long taken = stream.send(out, sent, bytes - sent);
      sent += taken;
      if (taken == 0) {
        await(Poller.WRITE, deadlineNanos);
      }
    }
  }

  private void receive(int at, int bytes, long deadlineNanos) throws IOException {
    for (long received = 0; received < bytes; ) {
      long taken = stream.receive(in, at + received, bytes - received);
      if (taken < 0) {
        throw new IOException("the exporter has ended the connection");
      }
      received += taken;
      if (taken == 0) {
        await(Poller.READ, deadlineNanos);
      }
    }
  }

  private void await(int wanted, long deadlineNanos) throws IOException {
    if (interest != wanted) {
      interest = wanted;
      poller.interest(stream, wanted);
    }
    events = 0;
    while (events == 0) {
      long left = deadlineNanos - clock.nanoTime();
      if (left <= 0) {
        throw new IOException("no answer in time");
      }
      poller.await(left);
    }
  }

  @Override
  public void close() {
    poller.forget(stream);
    stream.close();
    arena.close();
  }
}
