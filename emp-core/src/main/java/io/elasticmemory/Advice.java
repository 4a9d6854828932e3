package io.elasticmemory;

/** How a program will use a part of a space. The names are those of {@code madvise}. */
public enum Advice {
  /** In any way: the pager looks for itself. This is what holds until something else is said. */
  NORMAL,
  /** From its beginning to its end: read far ahead from the first touch on. */
  SEQUENTIAL,
  /** Here and there: bring nothing but what is touched. */
  RANDOM,
  /** Soon: bring it in, as {@link Emp#prefetch} does. */
  WILL_NEED,
  /** Not soon: let it leave DRAM, as {@link Emp#unload} does, but without waiting for it. */
  DONT_NEED
}
