package io.elasticmemory.exporter;

import static io.elasticmemory.wire.WordsLayout.GRANT_BYTES;
import static io.elasticmemory.wire.WordsLayout.OPERATION_BYTES;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.RemoteWords.ServedBy;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.SegmentCrc;
import io.elasticmemory.wire.WordsLayout.Grant;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client asks about words on one connection. Where the device serves them, what it asks of
 * the device lasts as long as the connection. Used by the connection's thread.
 */
final class WordRequests implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WordRequests.class);

  private final MessageChannel messages;
  private final Lending lending;
  private final SharedWords words;
  private @Nullable WordsSession session;

  WordRequests(MessageChannel messages, Lending lending, SharedWords words) {
    this.messages = messages;
    this.lending = lending;
    this.words = words;
  }

  /** Answers a request; says what is wrong with one that ends the connection, else null. */
  @Nullable String serve(MessageHeader header) throws IOException {
    if (header.operation == MessageLayout.WORDS_OPEN) {
      open(header);
      return null;
    }
    if (words.servedBy() == ServedBy.DEVICE) {
      return "asks for a change of words that the device serves";
    }
    if (header.length != OPERATION_BYTES) {
      return "asks for a change of words in " + header.length + " bytes";
    }
    if (!messages.await(OPERATION_BYTES, Deadline.MESSAGE_NANOS)) {
      return "ends in the middle of a change of words";
    }
    change(header);
    return null;
  }

  private void open(MessageHeader header) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment payload = arena.allocate(GRANT_BYTES);
      grant().write(payload);
      header.answer(MessageLayout.OK);
      header.length = GRANT_BYTES;
      header.payloadCrc = new SegmentCrc().of(payload, 0, GRANT_BYTES);
      messages.write(header, payload);
    } catch (EmpException e) {
      log.warn("no words by RDMA: {}", e.getMessage());
      messages.write(header.answer(MessageLayout.NO_RDMA));
    }
  }

  private Grant grant() {
    if (words.servedBy() == ServedBy.EXPORTER) {
      return Grant.byExporter(words.count());
    }
    close();
    session = Objects.requireNonNull(lending.rdma()).open(words);
    return session.grant();
  }

  private void change(MessageHeader header) throws IOException {
    boolean isWhole = messages.hasCrc(OPERATION_BYTES, header.payloadCrc);
    long first = messages.takeLong();
    long second = messages.takeLong();
    if (!isWhole) {
      header.answer(MessageLayout.BAD_CHECKSUM);
    } else if (!words.holds(header.offset)) {
      header.answer(MessageLayout.BAD_RANGE);
    } else {
      header.offset =
          header.operation == MessageLayout.SWAP_WORD
              ? words.compareAndSwap(header.offset, first, second)
              : words.fetchAndAdd(header.offset, first);
      header.answer(MessageLayout.OK);
    }
    messages.write(header);
  }

  /** When this returns the client changes no word any more. */
  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
