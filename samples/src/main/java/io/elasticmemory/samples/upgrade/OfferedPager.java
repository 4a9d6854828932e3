package io.elasticmemory.samples.upgrade;

import io.elasticmemory.wire.Build;
import java.util.List;

/**
 * A pager that an installation has.
 *
 * @param build it is of
 * @param command that starts it
 */
public record OfferedPager(Build build, List<String> command) {}
