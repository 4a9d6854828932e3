package io.elasticmemory.port.contract;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.contract.SpaceBench.Access;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contracts of faults and pages share: a bench, and a way to wait for what must come. */
abstract class SpaceContract {
  /** Pauses within which something that must come has come. */
  private static final int PATIENCE = 5000;

  /** Pauses after which something that must not come has not come. */
  private static final int STILLNESS = 20;

  private final FaultBatch batch = new FaultBatch(8);
  private SpaceBench bench;

  /**
   * A fault message.
   *
   * @param offset where
   * @param flags those of {@link FaultBatch}
   */
  record Message(long offset, int flags) {}

  /** A new bench, closed after the test. */
  protected abstract SpaceBench openBench();

  @BeforeEach
  void open() {
    bench = openBench();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  SpaceBench bench() {
    return bench;
  }

  Faults faults() {
    return bench.faults();
  }

  Pages pages() {
    return bench.pages();
  }

  /** Bytes of so many pages; also the offset of the page with that number. */
  long page(int number) {
    return (long) number * bench.pageBytes();
  }

  /** Waits for a message and takes it. */
  Message message() {
    return messages(1).getFirst();
  }

  /** Waits for so many messages and takes them. */
  List<Message> messages(int count) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < PATIENCE && messages.size() < count; i++) {
      take(messages);
      if (messages.size() < count) {
        bench.pause();
      }
    }
    assertThat(messages).hasSize(count);
    return messages;
  }

  private void take(List<Message> messages) {
    faults().read(batch);
    for (int i = 0; i < batch.count(); i++) {
      messages.add(new Message(batch.offset(i), batch.flags(i)));
    }
  }

  /** The access gets its page without any further message. */
  void assertEnds(Access access) {
    for (int i = 0; i < PATIENCE && !access.hasEnded(); i++) {
      bench.pause();
    }
    assertThat(access.hasEnded()).as("the access has ended").isTrue();
    assertNoMessage();
  }

  /** The access goes on waiting, and nobody says so again. */
  void assertStillWaits(Access access) {
    for (int i = 0; i < STILLNESS; i++) {
      bench.pause();
      assertThat(access.hasEnded()).as("the access has ended").isFalse();
      assertNoMessage();
    }
  }

  void assertNoMessage() {
    List<Message> messages = new ArrayList<>();
    take(messages);
    assertThat(messages).isEmpty();
  }

  /** Fills a frame: its first word has the value, the rest depends on it. */
  void fillFrame(int frame, long value) {
    for (long at = 0; at < bench.pageBytes(); at += Long.BYTES) {
      bench.frames().set(JAVA_LONG, page(frame) + at, value + at);
    }
  }

  /** A word of a frame. */
  long frameWord(int frame, long at) {
    return bench.frames().get(JAVA_LONG, page(frame) + at);
  }

  /** The last word of a page filled by {@link #fillFrame}. */
  long lastWord(long value) {
    return value + bench.pageBytes() - Long.BYTES;
  }

  /** The first word of a page, from the memory file. */
  long inMemoryFile(int page) {
    int frame = SpaceBench.PAGES_MIN - 1;
    pages().read(page(page), bench.frames(), page(frame), page(1));
    return frameWord(frame, 0);
  }

  /** Installs pages, each filled with its number and the value, before anybody waits for them. */
  void install(int firstPage, int count, long value, int mode) {
    for (int i = 0; i < count; i++) {
      fillFrame(i, value + firstPage + i);
    }
    long done = faults().copy(page(firstPage), bench.frames(), 0, page(count), mode);
    assertThat(done).isEqualTo(page(count));
  }
}
