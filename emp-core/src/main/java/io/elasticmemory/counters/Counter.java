package io.elasticmemory.counters;

/**
 * What a pager counts. The names are those of the documents and of JSON fields; new ones are added
 * at the end, because the position is part of the shared page's layout.
 */
public enum Counter {
  /** Faults answered with zeros: first touches. */
  faultsZero,
  /** Faults answered from an exporter. */
  faultsRemote,
  /** Faults answered from a spill file or device. */
  faultsSsd,
  /** Faults on pages that were present but not mapped. */
  faultsMinor,
  /** Writes to protected pages. */
  faultsWp,
  /** Messages that had been answered already when they were read. */
  faultsStale,
  /** Faults that had to wait for a free frame. */
  faultsWaited,
  /** Bytes read from exporters. */
  bytesFromRemote,
  /** Bytes stored at exporters. */
  bytesToRemote,
  /** Bytes read from spill files and devices. */
  bytesFromSsd,
  /** Bytes stored in spill files and devices. */
  bytesToSsd,
  /** Bytes moved up to a faster tier. */
  bytesPromoted,
  /** Bytes moved down to a slower tier. */
  bytesDemoted,
  /** Blocks that left without a write. */
  evictionsClean,
  /** Blocks that were stored before they left. */
  evictionsDirty,
  /** Blocks that left as zeros. */
  evictionsZero,
  /** Evictions given up because the block was written meanwhile. */
  evictionsCancelled,
  /** Moves given up because the block was needed meanwhile. */
  movesCancelled,
  /** Blocks forgotten at the application's wish. */
  discards,
  /** Stored subblocks that came back with a wrong checksum. */
  checksumErrors,
  /** Transfers that donors reported as failed. */
  transfersFailed,
  /** Transfers that did not end in time. */
  transfersLate,
  /** Blocks of which no good copy is left. */
  blocksLost,
  /** Gauge: bytes present, by the pager's own count. */
  residentBytes(Kind.GAUGE),
  /** Gauge: the DRAM budget in bytes; of a shard, what it has of it. */
  budgetBytes(Kind.GAUGE),
  /** Gauge: the most bytes present at any time; of several shards, each one's most, added up. */
  residentBytesMax(Kind.GAUGE),
  /** Gauge: slots in use at exporters. */
  slotsRemote(Kind.GAUGE),
  /** Gauge: slots in use in files and devices. */
  slotsSsd(Kind.GAUGE),
  /** Turns of the shard's loop. */
  turns,
  /** Gauge: bytes that the shard's thread has allocated in the pager's heap since its start. */
  shardAllocatedBytes(Kind.GAUGE),
  /** Faults answered from compressed blocks. */
  faultsCompressed,
  /** Bytes of blocks that came from compressed memory, as they are in DRAM. */
  bytesFromCompressed,
  /** Bytes of blocks that were compressed and kept, as they were in DRAM. */
  bytesToCompressed,
  /** Gauge: slots in use in compressed memory. */
  slotsCompressed(Kind.GAUGE),
  /** Gauge: bytes of blocks that are held compressed, as they were in DRAM. */
  compressedRawBytes(Kind.GAUGE),
  /** Gauge: bytes that they take, with what divides them into cells. */
  compressedBytes(Kind.GAUGE),
  /** Gauge: bytes of DRAM that compressed memory takes, with what is free between its blocks. */
  compressedResidentBytes(Kind.GAUGE),
  /** Stores that were refused because the bytes do not compress enough. */
  compressedRefused,
  /** Stores that were refused because compressed memory was full. */
  compressedFull,
  /** Blocks that were unmapped to see whether they are in use. */
  blocksWatched,
  /** Bytes read from exporters that did not travel, because they were compressed. */
  bytesSavedFromRemote,
  /** Bytes stored at exporters that did not travel, because they were compressed. */
  bytesSavedToRemote,
  /** Blocks that came into DRAM again after they had left it: the misses of replacement. */
  blocksReturned,
  /** Gauge: how many would have come again with half the DRAM, as estimated. */
  missesHalfDram(Kind.GAUGE),
  /** Gauge: the same estimate with as much DRAM as there is, to compare with what is counted. */
  missesSameDram(Kind.GAUGE),
  /** Gauge: with half as much again. */
  missesHalfMoreDram(Kind.GAUGE),
  /** Gauge: with twice as much. */
  missesDoubleDram(Kind.GAUGE),
  /** Gauge: the estimates look at one block of so many; of several shards, added up. */
  blocksPerSpecimen(Kind.GAUGE),
  /** Nanoseconds for which demanded bytes of faults were on their way from exporters. */
  waitNanosRemote,
  /** Nanoseconds for which demanded bytes of faults were on their way from files and devices. */
  waitNanosSsd,
  /** Nanoseconds that it took to decompress the demanded bytes of faults. */
  waitNanosCompressed,
  /** Bytes brought in ahead of demand. */
  bytesAhead,
  /** Gauge: samples of what is brought in ahead, of which it was seen whether they were used. */
  aheadJudged(Kind.GAUGE),
  /** Gauge: those of them that were used. */
  aheadUsed(Kind.GAUGE),
  /** Gauge: free slots at exporters. */
  slotsFreeRemote(Kind.GAUGE),
  /** Gauge: free slots in files and devices. */
  slotsFreeSsd(Kind.GAUGE),
  /** Bytes brought from files and devices that were not read, because they were compressed. */
  bytesSavedFromSsd,
  /** Bytes stored in files and devices that were not written, because they were compressed. */
  bytesSavedToSsd,
  /** Clean subblocks that left alone, because only other parts of their block are in use. */
  subblocksTrimmed,
  /** Gauge: pairs of donors that have the same bytes; of several shards, added up. */
  mirrors(Kind.GAUGE),
  /** Gauge: those of them of which one donor is dropped, or does not have all bytes again. */
  mirrorsDegraded(Kind.GAUGE),
  /** Reads for which the second donor was asked because the first had not answered soon. */
  readsHedged,
  /** Bytes copied to donors that came back. */
  bytesRebuilt,
  /** Gauge: bytes that donors that came back still lack. */
  bytesToRebuild(Kind.GAUGE),
  /** Times the program gave DRAM back because memory was short; counted by the program. */
  dramGivenBack,
  /** Times the program took DRAM because there was plenty; counted by the program. */
  dramTaken;

  /** Whether the difference of two readings means something, or only each of them. */
  private enum Kind {
    COUNT,
    GAUGE
  }

  private final Kind kind;

  Counter() {
    this(Kind.COUNT);
  }

  Counter(Kind kind) {
    this.kind = kind;
  }

  /** True if it says how things are, and not how often something has happened. */
  public boolean isGauge() {
    return kind == Kind.GAUGE;
  }
}
