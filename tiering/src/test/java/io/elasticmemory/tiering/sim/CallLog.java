package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Transfer;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;

/**
 * The words in which the trace tells of the pager: its calls of the kernel, the transfers that
 * start and end, and its stores to the table.
 */
final class CallLog {
  /** By mode; the result is the bytes done, or why not. */
  private static final String[] COPY_IN_MODE = {
    "copy %2$d+%3$d of block %1$d: %4$d",
    "copy %2$d+%3$d of block %1$d, protected: %4$d",
    "copy %2$d+%3$d of block %1$d, quiet: %4$d",
    "copy %2$d+%3$d of block %1$d, protected and quiet: %4$d"
  };

  private static final String[] MAP_IN_MODE = {
    "map %2$d+%3$d of block %1$d: %4$d",
    "map %2$d+%3$d of block %1$d, protected: %4$d",
    "map %2$d+%3$d of block %1$d, quiet: %4$d",
    "map %2$d+%3$d of block %1$d, protected and quiet: %4$d"
  };

  private static final String STARTS_WRITE =
      "write to donor %2$d slot %3$d starts for %4$d+%5$d of block %1$d";
  private static final String STARTS_READ =
      "read from donor %2$d slot %3$d starts for %4$d+%5$d of block %1$d";

  private static final String[] WRITE_ENDS = endings("write to");
  private static final String[] READ_ENDS = endings("read from");

  private static final String[] ENTRY = {
    entry("NONE"), entry("LEAVING"), entry("FETCHING"), entry("MOVING"), entry("DISCARDING")
  };

  private final Trace trace;
  private final Geometry geometry;

  CallLog(Trace trace, Geometry geometry) {
    this.trace = trace;
    this.geometry = geometry;
  }

  private static String[] endings(String what) {
    Transfer.Outcome[] outcomes = Transfer.Outcome.values();
    String[] formats = new String[outcomes.length];
    for (Transfer.Outcome outcome : outcomes) {
      formats[outcome.ordinal()] =
          what + " donor %2$d slot %3$d ends for %4$d+%5$d of block %1$d: " + outcome;
    }
    return formats;
  }

  private static String entry(String activity) {
    return "table of block %d: " + activity + ", donor %d, slot %d, generation %d, stored bits %x";
  }

  /** A call has taken effect on a range; of transfers and stores more is known elsewhere. */
  void called(Call call, long offset, long bytes, int detail, long result) {
    switch (call) {
      case COPY -> note(COPY_IN_MODE[detail], offset, bytes, result);
      case ZERO -> note("zero %2$d+%3$d of block %1$d: %4$d", offset, bytes, result);
      case MAP -> note(MAP_IN_MODE[detail], offset, bytes, result);
      case POISON -> note("poison %2$d+%3$d of block %1$d", offset, bytes, 0);
      case PROTECT -> note("protect %2$d+%3$d of block %1$d", offset, bytes, 0);
      case UNPROTECT -> note("un-protect %2$d+%3$d of block %1$d", offset, bytes, 0);
      case WAKE -> note("wake %2$d+%3$d of block %1$d", offset, bytes, 0);
      case READ_PAGES -> note("read out %2$d+%3$d of block %1$d", offset, bytes, 0);
      case WRITE_PAGES -> note("write back %2$d+%3$d of block %1$d", offset, bytes, 0);
      case PUNCH -> note("punch %2$d+%3$d of block %1$d", offset, bytes, 0);
      case READ_MESSAGES -> {
        if (result > 0) {
          trace.add("%2$d messages read", Trace.ASIDE, result);
        }
      }
      default -> {}
    }
  }

  private void note(String format, long offset, long bytes, long result) {
    trace.add(format, geometry.blockOf(offset), offset % geometry.blockBytes(), bytes, result);
  }

  void transferStarts(SimDonor donor, Flight flight) {
    note(flight.transfer.isWrite() ? STARTS_WRITE : STARTS_READ, donor, flight);
  }

  void transferEnds(SimDonor donor, Flight flight) {
    String[] ends = flight.transfer.isWrite() ? WRITE_ENDS : READ_ENDS;
    note(ends[flight.outcome.ordinal()], donor, flight);
  }

  private void note(String format, SimDonor donor, Flight flight) {
    trace.add(
        format,
        flight.block,
        donor.index(),
        flight.transfer.position() / geometry.blockBytes(),
        flight.transfer.position() % geometry.blockBytes(),
        flight.transfer.bytes());
  }

  /** The entry of a block has been stored to. */
  void entryStored(int block, TableView table) {
    long word = table.word(block);
    trace.add(
        ENTRY[BlockWord.activity(word)],
        block,
        BlockWord.donor(word),
        BlockWord.slot(word),
        BlockWord.generation(word),
        table.storedWord(block, 0));
  }
}
