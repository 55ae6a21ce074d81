package dev.ordem.tiny.order;

/** Who waits for a call. People, pages and looks find a share of the quota kept for them. */
public enum Priority {
  /** A page of headers. */
  PAGE(1),
  /** One order that a person waits for. */
  REFRESH(0),
  /** One order that is new, or changed, or is due again. */
  DETAIL(2),
  /** One order that can wait: its detail was never read, or is audited. */
  BACKLOG(3),
  /** A page that is looked at for changes. */
  LOOK(4);

  private final int kind;

  Priority(int kind) {
    this.kind = kind;
  }

  /** As the quota knows it. */
  public int kind() {
    return kind;
  }
}
