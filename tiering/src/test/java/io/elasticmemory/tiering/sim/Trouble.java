package io.elasticmemory.tiering.sim;

/** What can be the matter with a donor for a while. */
enum Trouble {
  /** Everything takes a hundred times as long. */
  SLOW,
  /** Nothing moves at all. */
  STUCK,
  /** Transfers take place, and what is answered is held. */
  CLOGGED,
  /** Half of the transfers fail. */
  FAILING,
  /** Writes find no space. */
  FULL,
  /**
   * The link is cut: reads end as unreachable, writes may still land, and end only once the link is
   * back and the old connection is known to be closed.
   */
  CUT,
  /** Half of the reads bring wrong bytes. */
  LYING,
  /** The queue takes nothing. */
  BUSY
}
