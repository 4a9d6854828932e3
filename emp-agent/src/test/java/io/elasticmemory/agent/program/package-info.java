/** Programs that know nothing of EMP: nothing here may use it. */
package io.elasticmemory.agent.program;
