package io.elasticmemory.ffm.doctor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On kernels that break a promise: each is found, and no thread waits for ever afterwards. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class TrialTest {

  @Test
  void findsACopyThatDoesNotWriteProtect() throws Exception {
    try (Trial trial = Trial.open(false, CopiesWithoutProtection::new, UnaryOperator.identity())) {
      trial.copyInstalls();
      assertDrift(trial::copyProtects, "no page fault was reported");
    }
  }

  @Test
  void findsAProtectionThatDoesNothing() throws Exception {
    try (Trial trial = Trial.open(false, ProtectsNothing::new, UnaryOperator.identity())) {
      trial.copyInstalls();
      trial.copyProtects();
      assertDrift(trial::punchLeavesAHole, "no page fault was reported");
    }
  }

  @Test
  void findsAPunchThatKeepsThePage() throws Exception {
    try (Trial trial = Trial.open(false, UnaryOperator.identity(), PunchesNothing::new)) {
      trial.copyInstalls();
      trial.copyProtects();
      assertDrift(trial::punchLeavesAHole, "a punched page is still there");
    }
  }

  @Test
  void findsAMapThatTakesTheProtectionAway() throws Exception {
    try (Trial trial = Trial.open(false, MapsWithoutProtection::new, UnaryOperator.identity())) {
      trial.copyInstalls();
      trial.copyProtects();
      trial.punchLeavesAHole();
      assertDrift(trial::mapProtects, "no page fault was reported");
    }
  }

  @Test
  void findsACopyThatWakesNobody() throws Exception {
    try (Trial trial = Trial.open(false, WakesNobody::new, UnaryOperator.identity())) {
      assertDrift(trial::copyInstalls, "a thread still waits for a page that was installed");
    }
  }

  @Test
  void findsFramesThatAreMiscounted() {
    try (Trial trial = Trial.open(false)) {
      assertDrift(() -> trial.framesAreCounted(3), "bytes of 3 pages gave 0 instead of 12288");
    }
  }

  private static void assertDrift(ThrowingCallable fact, String message) {
    assertThatThrownBy(fact).isInstanceOf(Trial.Drift.class).hasMessageContaining(message);
  }

  private static class AroundFaults implements Faults {
    final Faults inner;

    AroundFaults(Faults inner) {
      this.inner = inner;
    }

    @Override
    public int descriptor() {
      return inner.descriptor();
    }

    @Override
    public void read(FaultBatch batch) {
      inner.read(batch);
    }

    @Override
    public long copy(long offset, MemorySegment frames, long frameOffset, long bytes, int mode) {
      return inner.copy(offset, frames, frameOffset, bytes, mode);
    }

    @Override
    public long zero(long offset, long bytes, int mode) {
      return inner.zero(offset, bytes, mode);
    }

    @Override
    public long map(long offset, long bytes, int mode) {
      return inner.map(offset, bytes, mode);
    }

    @Override
    public long poison(long offset, long bytes) {
      return inner.poison(offset, bytes);
    }

    @Override
    public void protect(long offset, long bytes) {
      inner.protect(offset, bytes);
    }

    @Override
    public void unprotect(long offset, long bytes) {
      inner.unprotect(offset, bytes);
    }

    @Override
    public void wake(long offset, long bytes) {
      inner.wake(offset, bytes);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private static final class CopiesWithoutProtection extends AroundFaults {
    CopiesWithoutProtection(Faults inner) {
      super(inner);
    }

    @Override
    public long copy(long offset, MemorySegment frames, long frameOffset, long bytes, int mode) {
      return inner.copy(offset, frames, frameOffset, bytes, mode & ~PROTECTED);
    }
  }

  private static final class MapsWithoutProtection extends AroundFaults {
    MapsWithoutProtection(Faults inner) {
      super(inner);
    }

    @Override
    public long map(long offset, long bytes, int mode) {
      return inner.map(offset, bytes, mode & ~PROTECTED);
    }
  }

  private static final class ProtectsNothing extends AroundFaults {
    ProtectsNothing(Faults inner) {
      super(inner);
    }

    @Override
    public void protect(long offset, long bytes) {
      // Nothing.
    }
  }

  private static final class WakesNobody extends AroundFaults {
    WakesNobody(Faults inner) {
      super(inner);
    }

    @Override
    public long copy(long offset, MemorySegment frames, long frameOffset, long bytes, int mode) {
      return inner.copy(offset, frames, frameOffset, bytes, mode | QUIET);
    }
  }

  private record PunchesNothing(Pages inner) implements Pages {
    @Override
    public void read(long offset, MemorySegment frames, long frameOffset, long bytes) {
      inner.read(offset, frames, frameOffset, bytes);
    }

    @Override
    public void punch(long offset, long bytes) {
      // Nothing.
    }

    @Override
    public void write(long offset, MemorySegment frames, long frameOffset, long bytes) {
      inner.write(offset, frames, frameOffset, bytes);
    }

    @Override
    public long nextPresent(long offset, long end) {
      return inner.nextPresent(offset, end);
    }

    @Override
    public long nextAbsent(long offset, long end) {
      return inner.nextAbsent(offset, end);
    }

    @Override
    public long residentBytes() {
      return inner.residentBytes();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
