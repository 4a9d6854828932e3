package io.elasticmemory.tiering.store;

/** Which sides of a mirror may not be believed. Outlives the pager. */
public interface Doubts {
  /** True if the side may lack what the other has. */
  boolean has(int side);

  /** From when this returns, whoever asks is told so. */
  void set(int side, boolean doubted);
}
