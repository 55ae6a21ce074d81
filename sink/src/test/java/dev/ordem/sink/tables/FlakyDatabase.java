package dev.ordem.sink.tables;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database that fails with a given code for as long as it is told to. */
final class FlakyDatabase {
  private final DataSource real;
  private @Nullable String failure;
  private int attempts;

  FlakyDatabase(DataSource real) {
    this.real = real;
  }

  void fail(String sqlState) {
    failure = sqlState;
  }

  void heal() {
    failure = null;
  }

  int attempts() {
    return attempts;
  }

  DataSource source() {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              attempts++;
              if (failure != null) {
                throw new SQLException("told to fail", failure);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
