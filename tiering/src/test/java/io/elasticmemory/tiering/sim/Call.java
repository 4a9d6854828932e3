package io.elasticmemory.tiering.sim;

/**
 * The shard's calls into its ports, and its stores to what it leaves behind. Each is a moment at
 * which the rest of the world may move, and the last of a pager that is killed.
 */
enum Call {
  READ_MESSAGES,
  COPY,
  ZERO,
  MAP,
  POISON,
  PROTECT,
  UNPROTECT,
  WAKE,
  READ_PAGES,
  WRITE_PAGES,
  PUNCH,
  NEXT_PRESENT,
  NEXT_ABSENT,
  START_TRANSFER,
  POLL_DONOR,
  STORE_ENTRY,
  STORE_DOUBT,
  SEAL
}
