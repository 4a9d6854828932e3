package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.RemoteWords;
import io.elasticmemory.port.RemoteWords.ServedBy;
import io.elasticmemory.port.contract.RemoteWordsContract;
import io.elasticmemory.tiering.store.RdmaWish;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/** The contract of words, kept by a real exporter in each of the ways in which it serves them. */
class WordsOfExporterTest {
  private static final String DEVICE = "fake-127.0.0.1";

  /** Words of an exporter, some of whose clients have RDMA. */
  private abstract static class Served extends RemoteWordsContract {
    private final RdmaExporter exporter;
    private final ExporterSettings settings;
    private final ServedBy servedBy;
    private int clients;

    Served(boolean atomics, ExporterSettings settings, ServedBy servedBy) {
      exporter = new RdmaExporter(atomics);
      this.settings = settings;
      this.servedBy = servedBy;
    }

    static ExporterSettings settings(String device) {
      return ExporterSettings.lending(Donor.SLAB_BYTES).withWords(WORDS).withDevice(device);
    }

    @Override
    protected RemoteWords openWords() {
      if (exporter.exporter == null) {
        exporter.start(settings);
      }
      boolean isByRdma = servedBy == ServedBy.DEVICE || clients++ % 2 == 0;
      @Nullable RdmaWish wish = isByRdma ? exporter.wish() : null;
      RemoteWords words = exporter.openWords(Clock.system(), wish);
      assertThat(words.servedBy()).isEqualTo(servedBy);
      return words;
    }

    @Override
    protected void endWords() {
      if (servedBy == ServedBy.EXPORTER) {
        assertThat(exporter.fabric.posts()).as("never mixed").isZero();
      }
      exporter.exporter.close();
      assertThat(exporter.there.regions()).as("nothing is registered any more").isZero();
      assertThat(exporter.here.regions()).as("nothing is registered any more").isZero();
      exporter.poller.close();
    }
  }

  @Nested
  class ByItsCpu extends Served {
    ByItsCpu() {
      super(true, settings(""), ServedBy.EXPORTER);
    }
  }

  @Nested
  class ByItsDevice extends Served {
    ByItsDevice() {
      super(true, settings(DEVICE), ServedBy.DEVICE);
    }
  }

  @Nested
  class ByItsCpuBecauseItsDeviceHasNoAtomicOperations extends Served {
    ByItsCpuBecauseItsDeviceHasNoAtomicOperations() {
      super(false, settings(DEVICE), ServedBy.EXPORTER);
    }
  }

  @Nested
  class ByItsCpuBecauseItWasToldTo extends Served {
    ByItsCpuBecauseItWasToldTo() {
      super(true, settings(DEVICE).withWordsOverTcp(true), ServedBy.EXPORTER);
    }
  }
}
