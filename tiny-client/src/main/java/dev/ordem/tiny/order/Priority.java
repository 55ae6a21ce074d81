package dev.ordem.tiny.order;

/** Who waits for a call. Pages and people find a share of the quota kept for them. */
public enum Priority {
  /** A page of headers. */
  PAGE(1),
  /** One order that a person waits for. */
  REFRESH(0),
  /** Any other detail. */
  DETAIL(2);

  private final int kind;

  Priority(int kind) {
    this.kind = kind;
  }

  /** As the quota knows it. */
  public int kind() {
    return kind;
  }
}
