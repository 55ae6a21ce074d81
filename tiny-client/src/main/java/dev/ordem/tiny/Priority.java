package dev.ordem.tiny;

/** Who waits for a call. Pages and people find a share of the quota kept for them. */
public enum Priority {
  /** A page of headers. */
  PAGE,
  /** One order that a person waits for. */
  REFRESH,
  /** Any other detail. */
  DETAIL
}
