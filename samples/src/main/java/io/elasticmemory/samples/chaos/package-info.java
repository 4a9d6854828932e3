/**
 * What goes wrong, done on purpose: a proxy between a pager and an exporter that knows their
 * messages and treats them badly.
 */
@NullMarked
package io.elasticmemory.samples.chaos;

import org.jspecify.annotations.NullMarked;
