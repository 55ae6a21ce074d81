package dev.ordem.tiny.order;

import java.io.IOException;

/** JSON of more values than an order, or a page of them, ever has. */
public final class TooManyValuesException extends IOException {
  private static final long serialVersionUID = 1L;

  TooManyValuesException(int most) {
    super("JSON of more than " + most + " values");
  }
}
