package io.elasticmemory.samples.chaos;

import java.util.random.RandomGenerator;

/** The kinds of mischief, with Toxiproxy's names where it has one. */
public enum Kind {
  /** Each message takes 20 ms longer. */
  LATENCY {
    @Override
    Mischief mischief(Odds odds) {
      return new Latency(odds.random(), 20, 0);
    }
  },
  /** Each message takes up to 40 ms longer. */
  JITTER {
    @Override
    Mischief mischief(Odds odds) {
      return new Latency(odds.random(), 0, 40);
    }
  },
  /** 1 MB/s. */
  BANDWIDTH {
    @Override
    Mischief mischief(Odds odds) {
      return new Bandwidth(1_000_000);
    }
  },
  /** Bytes come one by one. */
  SLICER {
    @Override
    Mischief mischief(Odds odds) {
      return new Slicer();
    }
  },
  /** RST in the middle of a message. */
  RESET_PEER {
    @Override
    Mischief mischief(Odds odds) {
      return new ResetPeer(odds);
    }
  },
  /** FIN in the middle of a message, in one direction. */
  LIMIT_DATA {
    @Override
    Mischief mischief(Odds odds) {
      return new LimitData(odds);
    }
  },
  /** Nothing comes until it is over, then all of it. */
  TIMEOUT {
    @Override
    Mischief mischief(Odds odds) {
      return new Timeout();
    }
  },
  /** Nothing comes, never. */
  BLACK_HOLE {
    @Override
    Mischief mischief(Odds odds) {
      return new Drop(new Odds(odds.random(), 1));
    }
  },
  /** FIN between messages, late. */
  SLOW_CLOSE {
    @Override
    Mischief mischief(Odds odds) {
      return new SlowClose(odds);
    }
  },
  /** A message is missing. */
  DROP {
    @Override
    Mischief mischief(Odds odds) {
      return new Drop(odds);
    }
  },
  /** A message comes twice. */
  DUPLICATE {
    @Override
    Mischief mischief(Odds odds) {
      return new Duplicate(odds);
    }
  },
  /** Two messages change places. */
  REORDER {
    @Override
    Mischief mischief(Odds odds) {
      return new Reorder(odds);
    }
  },
  /** An old message comes again. */
  STALE_REPLY {
    @Override
    Mischief mischief(Odds odds) {
      return new StaleReply(odds);
    }
  },
  /** 1 to 64 bits of a header are turned over. */
  FLIP_HEADER {
    @Override
    Mischief mischief(Odds odds) {
      return new FlipBits(odds, FlipBits.Part.HEADER);
    }
  },
  /** 1 to 64 bits of a payload are turned over. */
  FLIP_PAYLOAD {
    @Override
    Mischief mischief(Odds odds) {
      return new FlipBits(odds, FlipBits.Part.PAYLOAD);
    }
  },
  /** A message lacks its end. */
  TRUNCATE {
    @Override
    Mischief mischief(Odds odds) {
      return new Truncate(odds);
    }
  };

  /**
   * Mischief of this kind for one direction of one connection.
   *
   * @param random decides whatever there is to decide
   * @param toxicity the probability that a message is hit; those that hit every one have none
   */
  public Mischief begin(RandomGenerator random, double toxicity) {
    return mischief(new Odds(random, toxicity));
  }

  abstract Mischief mischief(Odds odds);
}
