/** What runs inside an application that knows nothing of EMP. */
@NullMarked
package io.elasticmemory.agent;

import org.jspecify.annotations.NullMarked;
