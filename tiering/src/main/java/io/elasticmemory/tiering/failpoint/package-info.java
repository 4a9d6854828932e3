/**
 * Named steps of the pager at which a test can hold a real process, to end it just there. Off
 * unless the environment names a file.
 */
@NullMarked
package io.elasticmemory.tiering.failpoint;

import org.jspecify.annotations.NullMarked;
