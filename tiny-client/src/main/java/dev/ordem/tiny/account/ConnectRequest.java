package dev.ordem.tiny.account;

import dev.ordem.tiny.account.application.AccountTerms;
import dev.ordem.tiny.account.application.Application;
import org.jspecify.annotations.Nullable;

/**
 * A person's wish to connect an account.
 *
 * @param account its name, new or known
 * @param application that is to be authorised; null: the one that the account has
 * @param terms what is to be noted of its limits
 * @param confirmed whether that person says that the company is the right one, whatever a
 *     comparison with what is known finds
 */
public record ConnectRequest(
    String account, @Nullable Application application, AccountTerms terms, boolean confirmed) {}
