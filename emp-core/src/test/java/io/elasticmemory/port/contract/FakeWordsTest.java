package io.elasticmemory.port.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.RemoteWords;
import io.elasticmemory.port.RemoteWords.Outcome;
import io.elasticmemory.port.testing.FakeWords;
import io.elasticmemory.port.testing.FakeWords.Trouble;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/** Words in memory are as much words as those of an exporter are. */
class FakeWordsTest extends RemoteWordsContract {
  private final AtomicLongArray words = new AtomicLongArray(WORDS);

  @Override
  protected RemoteWords openWords() {
    return new FakeWords(words);
  }

  @Test
  void endsAsTheTestSays() {
    FakeWords client = new FakeWords(words);
    client.endAs(Trouble.NOT_ASKED, Trouble.REQUEST_LOST, Trouble.ANSWER_LOST);
    assertThat(client.fetchAndAdd(0, 1).outcome()).isEqualTo(Outcome.NOT_DONE);
    assertThat(client.fetchAndAdd(0, 1).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(words.get(0)).isZero();
    assertThat(client.fetchAndAdd(0, 1).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(words.get(0)).isEqualTo(1);
    assertThat(client.lost()).isZero();
    assertThat(client.lastFailure()).isEqualTo("ANSWER_LOST");
  }

  /** What a caller does about it, and why what is written says who has written it. */
  @Test
  void anOwnerIsKnownAgainWhereAnAnswerWasLost() {
    FakeWords client = new FakeWords(words);
    for (Trouble trouble : new Trouble[] {Trouble.REQUEST_LOST, Trouble.ANSWER_LOST}) {
      words.set(0, 0);
      client.endAs(trouble);
      assertThat(client.compareAndSwap(0, 0, 77).outcome()).isEqualTo(Outcome.UNKNOWN);
      boolean isOwner = client.read(0).before() == 77;
      assertThat(isOwner).isEqualTo(trouble == Trouble.ANSWER_LOST);
      assertThat(isOwner || client.compareAndSwap(0, 0, 77).hasFound(0)).isTrue();
    }
  }
}
