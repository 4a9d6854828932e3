package io.elasticmemory.samples.bench.rdma;

/** What makes a round trip; the C program says the median of each under its name. */
public enum RoundTrip {
  READ("read 4 KiB", "readNanos"),
  WRITE("write 4 KiB", "writeNanos"),
  SWAP("compare-and-swap", "swapNanos");

  private final String label;
  private final String field;

  RoundTrip(String label, String field) {
    this.label = label;
    this.field = field;
  }

  /** As people call it. */
  public String label() {
    return label;
  }

  /** What the C program calls its median. */
  String field() {
    return field;
  }
}
