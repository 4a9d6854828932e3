package io.elasticmemory.ffm.userfaultfd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.port.FaultBatch;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  /** What kernel 5.15 offers: everything up to EXACT_ADDRESS. */
  private static final long OLD_KERNEL = 0x7ff;

  @Test
  void acceptsThisKernel() {
    long offered = Userfaultfd.probeFeatures();
    assertThat(Features.missingFrom(offered)).isEmpty();
    assertThatCode(() -> Features.require(offered)).doesNotThrowAnyException();
  }

  @Test
  void namesWhatAnOldKernelLacksAndWhatItTakes() {
    assertThatThrownBy(() -> Features.require(OLD_KERNEL))
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(EmpException.Kind.PLATFORM))
        .hasMessageContaining("WP_HUGETLBFS_SHMEM (Linux 5.19)")
        .hasMessageContaining("POISON (Linux 6.6)")
        .hasMessageContaining("Linux 6.6 or newer is needed")
        .hasMessageNotContaining("MINOR_SHMEM");
  }

  @Test
  void asksForNoEventsButThatOfMemoryThatIsMoved() {
    long events =
        LinuxConstants.UFFD_FEATURE_EVENT_FORK
            | LinuxConstants.UFFD_FEATURE_EVENT_REMOVE
            | LinuxConstants.UFFD_FEATURE_EVENT_UNMAP;
    assertThat(Features.ENABLED & events).isZero();
    assertThat(Features.ENABLED & LinuxConstants.UFFD_FEATURE_EVENT_REMAP).isNotZero();
  }

  @Test
  void theFlagsOfAMessageAreThoseOfThePort() {
    assertThat(FaultBatch.WRITE).isEqualTo((int) LinuxConstants.UFFD_PAGEFAULT_FLAG_WRITE);
    assertThat(FaultBatch.PROTECTED).isEqualTo((int) LinuxConstants.UFFD_PAGEFAULT_FLAG_WP);
    assertThat(FaultBatch.MINOR).isEqualTo((int) LinuxConstants.UFFD_PAGEFAULT_FLAG_MINOR);
  }
}
