package io.elasticmemory.tiering.pager;

/** How much commands may still do in a turn. */
final class Allowance {
  /** Blocks that all of them together may still work on. */
  int blocks;
}
