/**
 * The verbs by DiSNI, for sites that have its native half and want to go through it: {@code
 * engine=disni}. Only DiSNI's API is used, so whatever stands behind that will do.
 *
 * <p>What DiSNI does not have, this has not either: atomic operations, regions of 2 GiB and more,
 * names and limits of devices, the ack timeout, and with DiSNI's own native half what comes with an
 * event. Operations and events make garbage, and a thread waits for each channel and queue.
 */
@NullMarked
package io.elasticmemory.ffm.disni.engine;

import org.jspecify.annotations.NullMarked;
