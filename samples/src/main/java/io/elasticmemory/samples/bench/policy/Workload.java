package io.elasticmemory.samples.bench.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Patterns of access that tell policies apart. Block numbers are permuted afterwards. */
public enum Workload {
  /** The popularity of a block is one over its rank, to the power of 0.99, as in YCSB. */
  ZIPF("zipf") {
    @Override
    Steps steps(Sizes sizes, Random random) {
      double[] upTo = new double[sizes.blocks()];
      double sum = 0;
      for (int i = 0; i < upTo.length; i++) {
        sum += Math.pow(i + 1, -ZIPF_EXPONENT);
        upTo[i] = sum;
      }
      double all = sum;
      return () -> {
        int at = Arrays.binarySearch(upTo, random.nextDouble() * all);
        return Math.min(at < 0 ? -at - 1 : at, upTo.length - 1);
      };
    }
  },
  /**
   * Four of five accesses go anywhere in a hot set of four fifths of the budget; the fifth is the
   * next step of a scan that passes over all the rest again and again.
   */
  SCAN_OVER_HOT_SET("scan") {
    @Override
    Steps steps(Sizes sizes, Random random) {
      int hot = sizes.room() * 4 / 5;
      Steps scan = around(sizes.blocks() - hot);
      return () -> random.nextInt(5) > 0 ? random.nextInt(hot) : hot + scan.next();
    }
  },
  /** Any block, whatever came before: no policy can know anything. */
  RANDOM("random") {
    @Override
    Steps steps(Sizes sizes, Random random) {
      return () -> random.nextInt(sizes.blocks());
    }
  },
  /** One block after the other, round and round, through twice the budget. */
  LOOP("loop") {
    @Override
    Steps steps(Sizes sizes, Random random) {
      return around(Math.min(sizes.blocks(), 2 * sizes.room()));
    }
  },
  /**
   * Nine of ten accesses go to a hot set of half the budget, of which half is replaced six times
   * while it is measured; the tenth goes anywhere.
   */
  SHIFTING_HOT_SET("shift") {
    @Override
    Steps steps(Sizes sizes, Random random) {
      int hot = sizes.room() / 2;
      Steps step = around(Integer.MAX_VALUE);
      int each = Math.max(1, sizes.measured() / 6);
      return () -> {
        int shifts = step.next() / each;
        int any = random.nextInt(sizes.blocks());
        int inHotSet = (int) (((long) shifts * (hot / 2) + any % hot) % sizes.blocks());
        return random.nextInt(10) > 0 ? inHotSet : any;
      };
    }
  };

  private static final double ZIPF_EXPONENT = 0.99;

  private final String label;

  Workload(String label) {
    this.label = label;
  }

  /**
   * What the sizes of sets depend on, in blocks, and the length of the measured part in accesses.
   */
  record Sizes(int blocks, int room, int measured) {}

  /** Gives one access after the other, as a rank: which block that is, is decided elsewhere. */
  interface Steps {
    int next();
  }

  abstract Steps steps(Sizes sizes, Random random);

  private static Steps around(int blocks) {
    return new Steps() {
      private int at = -1;

      @Override
      public int next() {
        at = (at + 1) % blocks;
        return at;
      }
    };
  }

  /** The word for it on the command line and in JSON. */
  public String label() {
    return label;
  }

  /** The workload with this label. */
  public static Workload of(String label) {
    List<String> labels = Arrays.stream(values()).map(Workload::label).toList();
    int index = labels.indexOf(label);
    if (index < 0) {
      throw new IllegalArgumentException(
          "'%s' is no workload of policies; there are %s"
              .formatted(label, String.join(", ", labels)));
    }
    return values()[index];
  }
}
