package dev.ordem.contract.group;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * A client of Kafka in whose place another one comes when the clock of its host was set back; see
 * the package. What it had not done by then fails, as where the brokers are away. Made anew at the
 * next call, which fails if that cannot be. Thread safe.
 */
public final class ReplacedClient<C> {
  private final Supplier<? extends C> made;
  private final Consumer<C> ends;
  private @Nullable C current;
  private boolean closed;

  private ReplacedClient(Supplier<? extends C> made, Consumer<C> ends) {
    this.made = made;
    this.ends = ends;
  }

  /** An admin client; makes the first one at once, so that what is wrong with it is told here. */
  public static Admin admin(Supplier<? extends Admin> made, ClockWatch watch) {
    return (Admin) proxy(Admin.class, made, admin -> admin.close(Duration.ZERO), watch);
  }

  /** A producer without transactions; makes the first one at once. */
  @SuppressWarnings("unchecked") // all that are made are of that type
  public static Producer<byte[], byte[]> producer(
      Supplier<? extends Producer<byte[], byte[]>> made, ClockWatch watch) {
    return (Producer<byte[], byte[]>)
        ReplacedClient.<Producer<byte[], byte[]>>proxy(
            Producer.class, made, producer -> producer.close(Duration.ZERO), watch);
  }

  private static <C> Object proxy(
      Class<?> type, Supplier<? extends C> made, Consumer<C> ends, ClockWatch watch) {
    ReplacedClient<C> client = new ReplacedClient<>(made, ends);
    client.current();
    Runnable replace = client::replace;
    InvocationHandler calls =
        (self, method, arguments) -> {
          if (!method.getName().equals("close")) {
            return invoke(client.current(), method, arguments);
          }
          watch.forget(replace);
          C last = client.last();
          return last == null ? null : invoke(last, method, arguments);
        };
    watch.tell(replace);
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls);
  }

  private static @Nullable Object invoke(
      Object client, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private synchronized C current() {
    C client = current;
    if (client == null) {
      if (closed) {
        throw new IllegalStateException("closed");
      }
      client = made.get();
      current = client;
    }
    return client;
  }

  /** There is none after it. */
  private synchronized @Nullable C last() {
    closed = true;
    return current;
  }

  /** Not while it holds the lock: who is told of a failure may want to send again. */
  private void replace() {
    @Nullable C old = take();
    if (old != null) {
      ends.accept(old);
    }
  }

  private synchronized @Nullable C take() {
    C old = closed ? null : current;
    current = closed ? current : null;
    return old;
  }
}
