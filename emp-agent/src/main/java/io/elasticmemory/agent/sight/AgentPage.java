package io.elasticmemory.agent.sight;

import static io.elasticmemory.wire.AgentLayout.ALLOCATIONS_AT;
import static io.elasticmemory.wire.AgentLayout.ASKED_AT;
import static io.elasticmemory.wire.AgentLayout.BEGUN_AT;
import static io.elasticmemory.wire.AgentLayout.DONE_AT;
import static io.elasticmemory.wire.AgentLayout.FALLBACKS_AT;
import static io.elasticmemory.wire.AgentLayout.FOREIGN_AT;
import static io.elasticmemory.wire.AgentLayout.FREED_AT;
import static io.elasticmemory.wire.AgentLayout.LOST_AT;
import static io.elasticmemory.wire.AgentLayout.MILLIS_AT;
import static io.elasticmemory.wire.AgentLayout.MILLIS_MAX;
import static io.elasticmemory.wire.AgentLayout.PAGER_PID_AT;
import static io.elasticmemory.wire.AgentLayout.REFUSED_AT;
import static io.elasticmemory.wire.AgentLayout.RENEWAL_MILLIS_MAX;
import static io.elasticmemory.wire.AgentLayout.RENEWED_AT;
import static io.elasticmemory.wire.AgentLayout.SAMPLES_AT;
import static io.elasticmemory.wire.AgentLayout.SPENT_NANOS_AT;
import static io.elasticmemory.wire.AgentLayout.TEXT_AT;
import static io.elasticmemory.wire.AgentLayout.TEXT_BYTES_AT;
import static io.elasticmemory.wire.AgentLayout.TEXT_BYTES_MAX;
import static io.elasticmemory.wire.AgentLayout.USED_BYTES_AT;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.wire.AgentLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/** The agent's end of the page that commands read, see {@link AgentLayout}. For one thread. */
final class AgentPage {
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final MemorySegment page;
  private final Gift gift;
  private long lastRenewed;
  private long renewedAt;

  /** A page in zeroed memory. */
  AgentPage(MemorySegment page, Gift gift) {
    this.page = page;
    this.gift = gift;
    AgentLayout.format(
        page,
        gift.space().pagerPid(),
        gift.minBytes(),
        gift.space().geometry().capacityBytes(),
        gift.hooksMillis(),
        gift.spaceMillis());
  }

  /** Shows how it is now. */
  void publish() {
    LONG.setOpaque(page, PAGER_PID_AT, gift.space().pagerPid());
    LONG.setOpaque(page, ALLOCATIONS_AT, gift.allocations().getAsLong());
    LONG.setOpaque(page, FREED_AT, gift.freed().getAsLong());
    LONG.setOpaque(page, USED_BYTES_AT, gift.usedBytes().getAsLong());
    LONG.setOpaque(page, FALLBACKS_AT, gift.fallbacks().getAsLong());
  }

  /** Whether a profile is asked for that was not begun. */
  boolean isAsked() {
    return (long) LONG.getAcquire(page, ASKED_AT) != (long) LONG.getOpaque(page, BEGUN_AT);
  }

  /** Begins the profile that is asked for; how long it is to be. */
  long begin() {
    long asked = (long) LONG.getAcquire(page, ASKED_AT);
    long millis = page.get(JAVA_LONG, MILLIS_AT);
    lastRenewed = renewed();
    renewedAt = System.nanoTime();
    LONG.setRelease(page, BEGUN_AT, asked);
    return Math.clamp(millis, 1, MILLIS_MAX);
  }

  /** Whether the command that has asked for the profile still waits for it, or did lately. */
  boolean isAwaited() {
    long now = System.nanoTime();
    if (renewed() != lastRenewed) {
      lastRenewed = renewed();
      renewedAt = now;
    }
    return now - renewedAt < TimeUnit.MILLISECONDS.toNanos(RENEWAL_MILLIS_MAX);
  }

  private long renewed() {
    return (long) LONG.getAcquire(page, RENEWED_AT);
  }

  /** The profile that was begun is done. */
  void done(FaultProfile profile) {
    page.set(JAVA_LONG, SAMPLES_AT, profile.samples());
    page.set(JAVA_LONG, LOST_AT, profile.lost());
    page.set(JAVA_LONG, FOREIGN_AT, profile.foreign());
    page.set(JAVA_LONG, SPENT_NANOS_AT, profile.spentNanos());
    end(profile.text(TEXT_BYTES_MAX), 0);
  }

  /** The profile that was begun cannot be had. */
  void refuse(String reason) {
    end(FaultProfile.utf8(reason, TEXT_BYTES_MAX), 1);
  }

  private void end(byte[] text, int refused) {
    MemorySegment.copy(text, 0, page, JAVA_BYTE, TEXT_AT, text.length);
    page.set(JAVA_INT, TEXT_BYTES_AT, text.length);
    page.set(JAVA_INT, REFUSED_AT, refused);
    LONG.setRelease(page, DONE_AT, (long) LONG.getOpaque(page, BEGUN_AT));
  }
}
