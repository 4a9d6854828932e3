package io.elasticmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Compressed;
import io.elasticmemory.MemPath.Dram;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.LinkOptions;
import io.elasticmemory.MemPath.Pool;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import io.elasticmemory.MemPath.Transport;
import io.elasticmemory.SpaceOptions.Encryption;
import io.elasticmemory.SpaceOptions.OnLoss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random paths, and random damage to them. A failure names its seed; repeat it with {@code
 * -Demp.test.seed=SEED}.
 */
class MemPathRandomTest {

  private static final int PATHS = 2_000;
  private static final int MUTATIONS_PER_PATH = 20;

  private static final String PIECES =
      "dram zdram pool memdev : | ? & = ' \" [ ] / ./ ../ /dev/ -1 0 65536 99999999999999999999"
          + " block subblock shards onLoss reserve transport device replicas backup ssd lazy rdma"
          + " 64k 3m :: % . , ! ~ \u0000 \n"
          + " \r"
          + " \u2028 é \uD800 İ";

  private final long seed = Long.getLong("emp.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void readsBackWhatItWrites() {
    System.out.println("MemPathRandomTest seed " + seed);
    for (int i = 0; i < PATHS; i++) {
      MemPath path = anyPath();
      assertThat(MemPath.parse(path.toString())).as("seed %d: %s", seed, path).isEqualTo(path);
      assertThat(MemPath.parse(disguised(path))).as("seed %d: %s", seed, path).isEqualTo(path);
    }
  }

  @Test
  void answersAnyDamageWithOneLineOrWithAPathThatReadsBack() {
    System.out.println("MemPathRandomTest seed " + seed);
    int refused = 0;
    for (int i = 0; i < PATHS; i++) {
      String text = anyPath().toString();
      for (int mutation = 0; mutation < MUTATIONS_PER_PATH; mutation++) {
        text = damaged(text);
        refused += isRefused(text) ? 1 : 0;
      }
    }
    // Neither everything nor nothing: else the damage would prove little.
    assertThat(refused).isBetween(PATHS, PATHS * MUTATIONS_PER_PATH - 100);
  }

  private boolean isRefused(String text) {
    try {
      MemPath path = MemPath.parse(text);
      assertThat(MemPath.parse(path.toString())).as("seed %d: %s", seed, text).isEqualTo(path);
      return false;
    } catch (EmpException e) {
      assertThat(e.kind()).as("seed %d: %s", seed, text).isEqualTo(Kind.PATH);
      assertThat(e.getMessage())
          .as("seed %d: %s", seed, text)
          .isNotBlank()
          .doesNotContain("\n", "\r", "\u2028")
          .containsAnyOf(";", ",");
      return true;
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + text, e);
    }
  }

  // Any path.

  private MemPath anyPath() {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Dram(random.nextInt(8) == 0 ? MemPath.DRAM_AUTO : anyMib(), anyOptions()));
    int donors = random.nextInt(6);
    for (int donor = 0; donor < donors; donor++) {
      // The index keeps the donors of one path apart.
      entries.add(anyDonor(donor));
    }
    if (random.nextInt(4) == 0) {
      entries.add(new Compressed(anyMib()));
    }
    Collections.shuffle(entries, random);
    return new MemPath(entries);
  }

  private Entry anyDonor(int index) {
    return switch (random.nextInt(6)) {
      case 0 -> new Exporter("10.0." + index + "." + random.nextInt(256), anyMib(), anyPort());
      case 1 -> new Exporter("node-" + index + ".example", anyMib(), anyPort(), anyLink());
      case 2 -> new Exporter("fe80::" + index + "%eth" + index, anyMib(), anyPort(), anyLink());
      case 3 -> new Pool(anyMib(), "zk" + index + ":2181,zk:1/emp", anyLink());
      case 4 -> new BlockDevice("/dev/nvme" + index, anyMib(), random.nextInt(10_000));
      default ->
          new SpillFile(
              (random.nextBoolean() ? "./spill &=" : "/tmp/spill ü") + index,
              anyMib(),
              anyOf(Reserve.values()));
    };
  }

  private SpaceOptions anyOptions() {
    int block = 12 + random.nextInt(10);
    int subblock = 12 + random.nextInt(block - 11);
    return random.nextBoolean()
        ? SpaceOptions.DEFAULTS
        : new SpaceOptions(
            1 << block,
            1 << subblock,
            random.nextInt(SpaceOptions.SHARDS_MAX + 1),
            SpaceOptions.MIN_MIB_AUTO,
            anyOf(OnLoss.values()),
            random.nextBoolean(),
            1 + random.nextInt(SpaceOptions.FAULT_TIMEOUT_MILLIS_MAX),
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextBoolean(),
            Encryption.NONE);
  }

  private LinkOptions anyLink() {
    Transport transport = anyOf(Transport.values());
    String device = transport == Transport.RDMA && random.nextBoolean() ? "mlx5_1" : "";
    MemPath.Engine engine =
        transport == Transport.RDMA && device.isEmpty()
            ? anyOf(MemPath.Engine.values())
            : MemPath.Engine.VERBS;
    return new LinkOptions(
        transport,
        device,
        anyReplicas(),
        anyOf(MemPath.Compression.values()),
        MemPath.Backup.NONE,
        engine);
  }

  /** But for 2, of which entries come two by two. */
  private int anyReplicas() {
    int replicas = 1 + random.nextInt(MemPath.REPLICAS_MAX);
    return replicas == 2 ? 1 : replicas;
  }

  private long anyMib() {
    return 1 + (random.nextLong() & ((1L << random.nextInt(24)) - 1));
  }

  private int anyPort() {
    return random.nextInt(65_536);
  }

  private <T> T anyOf(T[] values) {
    return values[random.nextInt(values.length)];
  }

  // Other spellings, and damage.

  private String disguised(MemPath path) {
    String blank = random.nextBoolean() ? " " : "\t";
    String text = path.toString().replace("|", blank + "|" + blank).replace("dram:", "DRAM :");
    String quote = List.of("'", "\"", "").get(random.nextInt(3));
    return blank + quote + text + quote + blank;
  }

  private String damaged(String text) {
    StringBuilder damaged = new StringBuilder(text);
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(4));
    String[] pieces = PIECES.split(" ", -1);
    switch (random.nextInt(5)) {
      case 0 -> damaged.delete(at, end);
      case 1 -> damaged.insert(at, anyOf(pieces));
      case 2 -> damaged.replace(at, end, anyOf(pieces));
      case 3 -> damaged.insert(at, (char) (32 + random.nextInt(95)));
      default -> damaged.insert(at, text.substring(at, end));
    }
    return damaged.toString();
  }
}
