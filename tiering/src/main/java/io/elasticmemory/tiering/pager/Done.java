package io.elasticmemory.tiering.pager;

/** Told once, on the shard's thread, when a command has had its effect. */
@FunctionalInterface
public interface Done {
  /** {@code result} is 0 if all was done as asked, otherwise what was left over. */
  void done(long result);
}
