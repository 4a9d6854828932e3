package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.exporter.Exporter;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.RemoteWords;
import io.elasticmemory.port.RemoteWords.ServedBy;
import io.elasticmemory.port.contract.RemoteWordsContract;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.tiering.store.RdmaWish;
import io.elasticmemory.tiering.words.ExporterWords;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The contract of words, kept by the device of this machine. Wanted with {@code
 * -Demp.rdma.address=}, an address of that device, which has atomic operations.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class WordsOnDevice extends RemoteWordsContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Platform platform = Platform.find();
  private final Verbs verbs = platform.verbs(Engine.VERBS);
  private final Exporter exporter = start();

  private Exporter start() {
    String device = verbs.devices().getFirst().name();
    InetSocketAddress at = new InetSocketAddress(System.getProperty("emp.rdma.address"), 0);
    return Exporter.start(
        ExporterSettings.lending(Donor.SLAB_BYTES)
            .withAddress(at)
            .withDevice(device)
            .withWords(WORDS));
  }

  @Override
  protected RemoteWords openWords() {
    RemoteWords words =
        ExporterWords.open(
            "the exporter",
            exporter.address(),
            platform.sockets(),
            Clock.system(),
            TIMEOUT,
            new RdmaWish(verbs, "", SlowExporter.PATIENCE, true));
    assertThat(words.servedBy()).isEqualTo(ServedBy.DEVICE);
    return words;
  }

  @Override
  protected void endWords() {
    exporter.close();
  }
}
