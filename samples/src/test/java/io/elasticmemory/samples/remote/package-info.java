/** The donor over TCP and the exporter together, on real connections. */
@NullMarked
package io.elasticmemory.samples.remote;

import org.jspecify.annotations.NullMarked;
