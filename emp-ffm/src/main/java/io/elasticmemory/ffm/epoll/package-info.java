/**
 * Waiting for many descriptors on one thread, and the doorbell that wakes it from another process.
 */
@NullMarked
package io.elasticmemory.ffm.epoll;

import org.jspecify.annotations.NullMarked;
