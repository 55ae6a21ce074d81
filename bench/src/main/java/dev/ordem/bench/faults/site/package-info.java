/**
 * What the faults happen to: broker, database, services, each a process of its own that can be
 * killed, stopped, frozen and started again; between a service and a store a road that can be cut;
 * under a store a disk that can be full.
 */
@NullMarked
package dev.ordem.bench.faults.site;

import org.jspecify.annotations.NullMarked;
