package dev.ordem.contract;

/** Why a detail is wanted, most urgent first: the order of the constants is the order of work. */
public enum Lane {
  /** A person waits. */
  REFRESH,
  /** New, or changed since its detail was read. */
  HOT,
  /** Failed before and due again. */
  RETRY,
  /** Never read, and old. */
  BACKFILL,
  /** Seemingly unchanged: drawn to measure what fingerprints miss. */
  AUDIT
}
