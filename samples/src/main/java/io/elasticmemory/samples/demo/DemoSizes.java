package io.elasticmemory.samples.demo;

import io.elasticmemory.samples.index.Corpus;

/**
 * How large the demo makes each tier: DRAM a quarter of the text alone, REMOTE about half of the
 * text, so that SSD is needed as well, and SSD enough for everything.
 *
 * @param copies how often the texts are read, so that there is enough to fill three tiers
 * @param textMib of all copies
 * @param dramMib the budget
 * @param remoteMib lent by the exporter
 * @param ssdMib of the spill file
 */
record DemoSizes(int copies, long textMib, long dramMib, long remoteMib, long ssdMib) {
  private static final long SLAB_MIB = 64;
  private static final long TEXT_MIB_MIN = 192;

  /** Sizes for these texts. */
  static DemoSizes of(Corpus.Size size) {
    long bytes = Math.max(1, size.bytes());
    long copies = Math.max(1, ((TEXT_MIB_MIN << 20) + bytes - 1) / bytes);
    long textMib = bytes * copies >> 20;
    return new DemoSizes(
        Math.toIntExact(copies),
        textMib,
        textMib / 4,
        slabs(textMib / 2),
        slabs(textMib * 5 / 2) + 4 * SLAB_MIB);
  }

  /** Bytes of all texts to be indexed. */
  long textBytes() {
    return textMib << 20;
  }

  private static long slabs(long mib) {
    return Math.max(1, (mib + SLAB_MIB - 1) / SLAB_MIB) * SLAB_MIB;
  }
}
