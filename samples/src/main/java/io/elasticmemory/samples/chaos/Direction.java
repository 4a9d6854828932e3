package io.elasticmemory.samples.chaos;

/** Which way messages go. */
public enum Direction {
  /** From the pager to the exporter (Toxiproxy: upstream). */
  REQUESTS,
  /** From the exporter to the pager (Toxiproxy: downstream). */
  ANSWERS
}
