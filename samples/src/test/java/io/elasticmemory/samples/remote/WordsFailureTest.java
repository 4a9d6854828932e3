package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.exporter.Exporter;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.RemoteWords.Answer;
import io.elasticmemory.port.RemoteWords.Outcome;
import io.elasticmemory.port.verbs.WorkStatus;
import io.elasticmemory.samples.remote.LosingSockets.Loss;
import io.elasticmemory.tiering.store.RdmaWish;
import io.elasticmemory.tiering.words.ExporterWords;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said of operations on words whose answer does not come, and who is refused words. */
class WordsFailureTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();
  private static final String DEVICE = "fake-127.0.0.1";

  private final RdmaExporter exporter = new RdmaExporter();
  private final List<ExporterWords> opened = new ArrayList<>();

  @AfterEach
  void close() {
    exporter.fabric.release();
    opened.forEach(ExporterWords::close);
    if (exporter.exporter != null) {
      exporter.exporter.close();
    }
    exporter.poller.close();
  }

  private static ExporterSettings settings() {
    return ExporterSettings.lending(Donor.SLAB_BYTES).withWords(4);
  }

  /** What the fabric holds takes an hour. */
  private long nanoTime() {
    return System.nanoTime() + (exporter.fabric.underWay() > 0 ? HOUR_NANOS : 0);
  }

  private ExporterWords open(@Nullable RdmaWish wish) {
    ExporterWords words = exporter.openWords(this::nanoTime, wish);
    opened.add(words);
    return words;
  }

  private ExporterWords openByDevice() {
    exporter.start(settings().withDevice(DEVICE));
    return open(exporter.wish());
  }

  private static void assertDone(Answer answer, long before) {
    assertThat(answer).isEqualTo(new Answer(Outcome.DONE, before));
  }

  @Test
  void whatWasReadAfterAnUnknownOutcomeIsFinal() {
    ExporterWords words = openByDevice();
    exporter.fabric.hold();
    assertThat(words.compareAndSwap(0, 0, 77).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(words.lastFailure()).isEqualTo("no answer by RDMA in time");
    exporter.fabric.release();
    assertDone(words.read(0), 0);
    exporter.fabric.landStrays();
    assertDone(words.read(0), 0);
  }

  @Test
  void whatTheDeviceReportsAsFailedIsUnknown() {
    ExporterWords words = openByDevice();
    for (WorkStatus status : new WorkStatus[] {WorkStatus.RETRY_EXCEEDED, WorkStatus.LOCAL}) {
      exporter.fabric.endAs(status);
      assertThat(words.fetchAndAdd(0, 1).outcome()).isEqualTo(Outcome.UNKNOWN);
      assertDone(words.read(0), 0);
    }
    exporter.fabric.endAs(WorkStatus.REMOTE_ACCESS);
    assertThat(words.fetchAndAdd(0, 1).outcome()).isEqualTo(Outcome.NOT_DONE);
    exporter.fabric.endAs(WorkStatus.RETRY_EXCEEDED);
    assertThat(words.read(0).outcome()).as("nothing can have changed").isEqualTo(Outcome.NOT_DONE);
    assertDone(words.fetchAndAdd(0, 1), 0);
  }

  @Test
  void aDeviceThatIsGoneMeansThatNothingIsDoneAndNothingGoesOverTcp() {
    ExporterWords words = openByDevice();
    exporter.fabric.endAs(WorkStatus.RETRY_EXCEEDED);
    assertThat(words.fetchAndAdd(0, 1).outcome()).isEqualTo(Outcome.UNKNOWN);
    exporter.here.hasDevice(false);
    assertThatThrownBy(() -> words.fetchAndAdd(0, 1)).hasMessageContaining("no device with atomic");
    exporter.here.hasDevice(true);
    exporter.there.hasDevice(false);
    assertThat(words.fetchAndAdd(0, 1).outcome()).isEqualTo(Outcome.NOT_DONE);
    assertThat(words.lastFailure()).isEqualTo("there is no way by RDMA");
    exporter.there.hasDevice(true);
    assertDone(words.fetchAndAdd(0, 1), 0);
  }

  @Test
  void nothingStaysRegisteredForAClientThatHasEnded() throws Exception {
    ExporterWords words = openByDevice();
    ExporterWords other = open(exporter.wish());
    assertThat(exporter.there.regions()).as("its words, for each of them").isEqualTo(2);
    words.close();
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (exporter.there.regions() > 1 && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    assertThat(exporter.there.regions()).isEqualTo(1);
    assertDone(other.fetchAndAdd(0, 1), 0);
  }

  @Test
  void refusesAClientThatCannotUseTheDeviceAndNamesTheWayOut() throws Exception {
    exporter.start(settings().withDevice(DEVICE));
    assertThatThrownBy(() -> open(null))
        .isInstanceOf(EmpException.class)
        .hasMessage(
            "words of the exporter are changed by its RDMA device only, and this client has no"
                + " RDMA: start the exporter with --words-over-tcp");
    InetAddress address = InetAddress.getByName("127.0.0.3");
    RdmaWish poor = new RdmaWish(exporter.fabric.host(address, false), "", RdmaWish.PATIENCE, true);
    assertThatThrownBy(() -> open(poor))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("this client has no device with atomic operations")
        .hasMessageEndingWith("--words-over-tcp");
  }

  @Test
  void refusesAnExporterThatHasNoWordsOrIsNotThere() {
    exporter.start(ExporterSettings.lending(Donor.SLAB_BYTES));
    assertThatThrownBy(() -> open(null))
        .hasMessage("the exporter has no words: start it with --words");
    exporter.exporter.close();
    assertThatThrownBy(() -> open(null))
        .isInstanceOf(EmpException.class)
        .hasMessageStartingWith("the exporter: no words (")
        .hasMessageEndingWith("; see that an exporter runs there");
  }

  @Test
  void wordsOfAnExporterThatWasStartedAgainAreOthers() {
    exporter.start(settings());
    ExporterWords words = open(null);
    assertDone(words.compareAndSwap(0, 0, 5), 0);
    Exporter first = exporter.exporter;
    first.close();
    exporter.start(settings().withAddress(first.address()));
    assertThatThrownBy(() -> words.read(0))
        .isInstanceOf(EmpException.class)
        .hasMessage("the exporter was started again: its words are zero, open them anew");
    assertDone(open(null).read(0), 0);
  }

  @Test
  void saysNotDoneOfARequestThatWasLostAndUnknownWhereTheAnswerWas() {
    exporter.start(settings());
    LosingSockets sockets = new LosingSockets(Platform.find().sockets());
    ExporterWords words =
        ExporterWords.open(
            "the exporter", exporter.exporter.address(), sockets, Clock.system(), TIMEOUT, null);
    opened.add(words);
    sockets.next = Loss.REQUEST;
    assertThat(words.compareAndSwap(0, 0, 7).outcome()).isEqualTo(Outcome.NOT_DONE);
    assertDone(words.read(0), 0);
    sockets.next = Loss.ANSWER;
    assertThat(words.compareAndSwap(0, 0, 7).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(words.lastFailure()).isEqualTo("the connection is lost, with an answer");
    assertDone(words.read(0), 7);
    sockets.next = Loss.ANSWER;
    assertThat(words.read(0).outcome()).isEqualTo(Outcome.NOT_DONE);
    assertDone(words.read(0), 7);
  }

  @Test
  void isNotDoneWhereNobodyIsThere() {
    exporter.start(settings());
    ExporterWords words = open(null);
    assertDone(words.fetchAndAdd(0, 1), 0);
    exporter.exporter.close();
    assertThat(words.fetchAndAdd(0, 1).outcome()).isEqualTo(Outcome.NOT_DONE);
    assertThat(words.lastFailure()).isNotEmpty();
  }
}
