/**
 * The Tiny ERP API for service orders as it is known to behave, on a local port: to develop
 * against, to test against, and to prove things about clients that the real API would never let one
 * prove.
 *
 * <h2>What it guarantees</h2>
 *
 * <ul>
 *   <li><b>Faithful where it hurts.</b> Types, empty forms, spellings, error bodies and missing
 *       headers are those measured on the real API, not those of its schema. Where nobody knows the
 *       real behaviour, the choice made here is listed under <i>Assumed</i>.
 *   <li><b>A witness.</b> It keeps the truth of every order with the log of its transitions, and
 *       the arrival of every call, refused ones included. What a client claims is compared with
 *       these, never with what the client says about itself.
 *   <li><b>Repeatable.</b> Data, life and weather are drawn from one seed. The same seed, number of
 *       orders and day (in São Paulo) make the same account, and the same steps the same changes.
 *       Calls that race each other may draw the weather in another order.
 *   <li><b>Never the bottleneck.</b> Lists come from sorted indexes; a page costs the page.
 * </ul>
 *
 * <h2>In the same process</h2>
 *
 * {@link dev.ordem.tiny.simulator.TinySimulator} with {@link
 * dev.ordem.tiny.simulator.SimulatorSettings#inProcess()}; verbs are on {@link
 * dev.ordem.tiny.simulator.SimulatedAccount}. The clock is a parameter: quota windows, tokens and
 * transitions follow it.
 *
 * <h2>As a process</h2>
 *
 * {@link dev.ordem.tiny.simulator.SimulatorMain}, configured by
 *
 * <table>
 * <caption>Environment</caption>
 * <tr><th>variable</th><th>default</th><th>meaning</th></tr>
 * <tr><td>{@code SIMULATOR_HTTP}</td><td>127.0.0.1:8090</td><td>where to listen</td></tr>
 * <tr><td>{@code SIMULATOR_ACCOUNTS}</td><td>demo</td><td>client ids with commas between; secret and
 *     first refresh token of each are its id</td></tr>
 * <tr><td>{@code SIMULATOR_ORDERS}</td><td>500</td><td>orders of each account</td></tr>
 * <tr><td>{@code SIMULATOR_SEED}</td><td>1</td><td></td></tr>
 * <tr><td>{@code SIMULATOR_REQUESTS_PER_MINUTE}</td><td>120</td><td>0: unlimited</td></tr>
 * <tr><td>{@code SIMULATOR_REQUESTS_PER_SECOND}</td><td>4</td><td>0: unlimited</td></tr>
 * <tr><td>{@code SIMULATOR_QUOTA_WINDOW}</td><td>PT1M</td><td>length of the window that is a minute
 *     in reality</td></tr>
 * <tr><td>{@code SIMULATOR_CHANGES_PER_MINUTE}</td><td>0</td><td>how fast each account lives</td></tr>
 * <tr><td>{@code SIMULATOR_LATENCY}</td><td>real</td><td>median; {@code real} is PT0.27S, PT0S none</td></tr>
 * <tr><td>{@code SIMULATOR_WEATHER}</td><td>calm</td><td>{@code calm}, {@code rough}, or shares like
 *     {@code errors=0.01,drops=0.01,garbage=0.01,slow=0.01}</td></tr>
 * <tr><td>{@code SIMULATOR_ACCESS_TOKEN_LIFE}</td><td>PT4H</td><td></td></tr>
 * <tr><td>{@code SIMULATOR_REFRESH_TOKEN_LIFE}</td><td>P1D</td><td></td></tr>
 * <tr><td>{@code SIMULATOR_STATE}</td><td></td><td>directory of the accounts' diaries: a restarted
 *     simulator has the orders, and the truth, that it had before</td></tr>
 * </table>
 *
 * A wrong or unknown {@code SIMULATOR_} variable is named with its remedy, all at once, and the
 * process exits with 2; an address that is taken makes it exit with 1. The person who logs in on
 * {@code /auth} is {@code demo} with password {@code demo}.
 *
 * <h2>Driven from another process</h2>
 *
 * JSON under {@code /_simulator}. Every verb takes {@code account} in its query or body; without,
 * it means the first account. Wrong input is answered 400, an unknown verb, account or order 404,
 * both with {@code mensagem}.
 *
 * <table>
 * <caption>Control</caption>
 * <tr><th>call</th><th>does</th></tr>
 * <tr><td>{@code GET /health}</td><td>200, or 503 once accounts have stopped living</td></tr>
 * <tr><td>{@code GET /truth}</td><td>{@code {account, at, orders:[{id, situacao, deleted, header,
 *     detail, lastSerial, transitions:[{sequence, from, to, at}]}]}}: header and detail as the API
 *     would give them now, deleted orders last</td></tr>
 * <tr><td>{@code GET /stats?window=PT1M&details=1}</td><td>{@code {requests, rejected, byEndpoint,
 *     byStatus, mostArrivals:{PT1M}, refreshes, refreshTokensReused, detailReads, orders,
 *     transitions, steps}}; {@code window} may be repeated</td></tr>
 * <tr><td>{@code DELETE /stats}</td><td>forgets the arrivals</td></tr>
 * <tr><td>{@code POST /advance {steps}}</td><td>lives for a number of changes</td></tr>
 * <tr><td>{@code POST /life {changesPerMinute}}</td><td>all accounts; 0 stops</td></tr>
 * <tr><td>{@code POST /faults {kind, times, status, megabytes, duration, endpoint, order}}</td><td>
 *     kinds: status, delay, drop_connection, drop_mid_body, truncated_body, malformed_body,
 *     html_with_200, wrong_content_type, slow_body, huge_body; endpoints: list, detail, markers,
 *     situacao, token</td></tr>
 * <tr><td>{@code DELETE /faults}</td><td>forgets faults still in store</td></tr>
 * <tr><td>{@code POST /weather {name}} or {@code {latency, errors, drops, garbage, slow}}</td><td>
 *     </td></tr>
 * <tr><td>{@code POST /outage {on}}</td><td>503 for all that the quota admits</td></tr>
 * <tr><td>{@code POST /quota {perWindow, perSecond, window}}</td><td></td></tr>
 * <tr><td>{@code POST /foreign {calls}} or {@code {share, atStart}}</td><td>another application
 *     calls now, or keeps calling: evenly, or as soon as a window begins</td></tr>
 * <tr><td>{@code POST /tokens}</td><td>{@code {access_token}}, without OAuth</td></tr>
 * <tr><td>{@code POST /tokens/revoke}, {@code /tokens/expire}</td><td>all tokens; access tokens
 *     only</td></tr>
 * <tr><td>{@code POST /orders}</td><td>opens one: {@code {id}}</td></tr>
 * <tr><td>{@code POST /orders/{id}/situacao {situacao}}, {@code /observacoes {observacoes}}, {@code
 *     /data-prevista {dataPrevista}}, {@code /marcadores {marcadores}}, {@code /telefone {telefone}}, {@code /forget-serial}</td><td>
 *     </td></tr>
 * <tr><td>{@code DELETE /orders/{id}}</td><td></td></tr>
 * </table>
 *
 * <h2>How a call is answered</h2>
 *
 * Authentication, then quota, then outage, then weather, then the endpoint. A call without a good
 * token belongs to nobody: it costs no quota and is in no log. Faults that replace the answer
 * ({@code status}, {@code drop_connection}) leave the account as it was; those that spoil it come
 * after the effect, so a token answer cut in the middle has killed the old refresh token all the
 * same.
 *
 * <h2>Where its behaviour comes from</h2>
 *
 * Never kinder than what is known. M: measured on the real API by others, A: documented, R:
 * reported. Each has a test that fails if it is changed here.
 *
 * <table>
 * <caption>Facts</caption>
 * <tr><th>fact</th><th>here</th><th>test</th></tr>
 * <tr><td>M: {@code Reset} is in whole seconds and counts 58 … 0: rounded down</td><td>the same, 0 in
 *     the last second</td><td>{@code RateLimitTest.theResetIsRoundedDown}</td></tr>
 * <tr><td>M: a fixed window of the minute; refused calls neither count nor extend it</td><td>the
 *     same</td><td>{@code RateLimitTest.aMinuteEndsAtTheFullMinuteWhateverWasRefusedBefore}</td></tr>
 * <tr><td>M: a bucket of 4 a second, {@code Limit: 4, Reset: 1}</td><td>told with the call that
 *     empties it</td><td>{@code RateLimitTest.headersSpeakOfTheSecondWhenTheSecondIsUsedUp}</td></tr>
 * <tr><td>M: the headers are sometimes absent; their names are spelled in several ways</td><td>every
 *     eleventh answer has none; three spellings</td><td>{@code
 *     RateLimitTest.headersAreSometimesMissingAndSpelledInSeveralWays}</td></tr>
 * <tr><td>A: the quota is the account's, whoever calls</td><td>another application takes from the
 *     same windows, the minute's and the second's</td><td>{@code
 *     RateLimitTest.anotherApplicationTakesFromTheSecondToo}, {@code
 *     RateLimitTest.anotherApplicationThatTakesItsShareAtOnceTakesWholeSecondsUntilItHasIt}, {@code
 *     RateLimitTest.anotherApplicationThatTakesItsShareAtOnceLeavesTheRest}</td></tr>
 * <tr><td>M: reads take some 270 ms</td><td>the same, as a process; at once in a test's own</td><td>
 *     {@code FaultsTest.readsTakeAboutTheMedianAndAtMostFourTimesAsLong}, {@code
 *     SettingsTest.withoutVariablesThereIsADemonstrationOnLoopback}</td></tr>
 * <tr><td>M: 429 has no body and no {@code Retry-After}</td><td>the same</td><td>{@code
 *     ErrorsTest.tooManyCallsIsAnEmptyAnswerThatSaysNothingAboutRetrying}</td></tr>
 * <tr><td>A: errors have a {@code mensagem}; M: 409 is one of them</td><td>the same, where they are
 *     ordered</td><td>{@code ErrorsTest.everyKnownErrorCanBeOrderedAndHasAMessage}</td></tr>
 * <tr><td>M: 403 for a plan, with a good token</td><td>the same, where it is ordered</td><td>{@code
 *     ErrorsTest.everyKnownErrorCanBeOrderedAndHasAMessage}</td></tr>
 * <tr><td>M: every answer has an {@code X-Request-Id}</td><td>the same</td><td>{@code
 *     ErrorsTest.everyAnswerHasARequestIdOfItsOwn}</td></tr>
 * <tr><td>M: a list has {@code itens} and {@code paginacao}; the newest first, 100 at most</td><td>the
 *     same</td><td>{@code ListEndpointTest.answersAnEnvelopeWithPagingThatTheSchemaForgot}, {@code
 *     ListEndpointTest.givesAHundredOfTheNewestWhenNothingIsAsked}</td></tr>
 * <tr><td>A: offsets shift under inserts and deletions</td><td>the same</td><td>{@code
 *     ListEndpointTest.anOffsetShiftsUnderInsertsAndDeletions}</td></tr>
 * <tr><td>A: with a filter by {@code situacao} they shift under status changes, too</td><td>the
 *     same</td><td>{@code
 *     ListEndpointTest.anOffsetShiftsUnderStatusChangesWhereAStatusIsAskedFor}</td></tr>
 * <tr><td>M: {@code situacao} is a string digit; dates, discounts, flags in several forms</td><td>the
 *     same</td><td>{@code DetailEndpointTest.carriesSituacaoAsAStringDigit}, {@code
 *     DetailEndpointTest.saysADueDateInThreeForms}, {@code
 *     DetailEndpointTest.saysADiscountInFiveForms}</td></tr>
 * <tr><td>M: a conclusion is empty in two forms even of finished orders</td><td>the
 *     same</td><td>{@code DetailEndpointTest.saysNoConclusionEvenOfFinishedOrders}</td></tr>
 * <tr><td>M: {@code equipamentoSerie} is empty although there was one</td><td>the same, where it is
 *     forgotten</td><td>{@code DetailEndpointTest.aSerialNumberMayBeForgotten}</td></tr>
 * <tr><td>M: a detail has 30 keys; A: {@code formaPagamento} became {@code
 *     formaRecebimento}</td><td>the same, either name</td><td>{@code
 *     DetailEndpointTest.hasThirtyKeysOfWhichOneWasRenamed}</td></tr>
 * <tr><td>M: {@code endereco} may be null, {@code uf} a space, {@code cep} in three forms</td><td>the
 *     same</td><td>{@code DetailEndpointTest.aContactHasOddAddressesAndEmptyFields}</td></tr>
 * <tr><td>M: totals are unpadded strings; ids are integers, 0 is none</td><td>the same</td><td>{@code
 *     DetailEndpointTest.totalsAreStringsWithoutPadding}, {@code
 *     DetailEndpointTest.idsAreIntegersButThePlaceOfServiceIsAString}</td></tr>
 * <tr><td>M: texts hold line breaks</td><td>the same, quotes and emoji too</td><td>{@code
 *     DetailEndpointTest.freeTextHoldsLineBreaksQuotesAccentsAndEmoji}</td></tr>
 * <tr><td>M: {@code vendedor} is null or an object; {@code categoria} an object</td><td>the
 *     same</td><td>{@code DetailEndpointTest.aSellerIsAnObjectOrNullAndACategoryAlwaysAnObject}</td></tr>
 * <tr><td>M: {@code data} is back-dated</td><td>the same</td><td>{@code
 *     DetailEndpointTest.emissionDatesAreNotMonotone}</td></tr>
 * <tr><td>M: nothing found is 200 with no items; both ends of dates are included</td><td>the
 *     same</td><td>{@code ListEndpointTest.nothingFoundIsTwoHundredWithNoItems}, {@code
 *     ListEndpointTest.bothEndsOfADateRangeAreIncluded}</td></tr>
 * <tr><td>A: markers of an order are a raw array, and not in its detail</td><td>the same</td><td>{@code
 *     DetailEndpointTest.markersOfOneOrderAreARawArray}, {@code
 *     DetailEndpointTest.hasThirtyKeysOfWhichOneWasRenamed}</td></tr>
 * <tr><td>M: a header never shows the total</td><td>the same</td><td>{@code
 *     DetailEndpointTest.theHeaderHasMarkersAndACustomerAndNeverTheTotal}</td></tr>
 * <tr><td>A: access tokens live 4 h, refresh tokens a day</td><td>the same</td><td>{@code
 *     OAuthTest.anAccessTokenIsGoodForFourHoursAndARefreshTokenForADayFromItsIssue}</td></tr>
 * <tr><td>A: an expired access token is a 401</td><td>the same</td><td>{@code
 *     OAuthTest.expiringEndsAccessTokensOnly}</td></tr>
 * <tr><td>A: an expired refresh token is 400 {@code invalid_grant}; a code used twice 400</td><td>the
 *     same</td><td>{@code
 *     OAuthTest.anAccessTokenIsGoodForFourHoursAndARefreshTokenForADayFromItsIssue}, {@code
 *     OAuthTest.aCodeIsGoodOnceAndForAMinute}</td></tr>
 * <tr><td>A: a bad client is 401 {@code unauthorized_client}</td><td>the same</td><td>{@code
 *     OAuthTest.aBadClientIs401}</td></tr>
 * <tr><td>R: the refresh token rotates, and the old one is dead at once</td><td>the same, even if
 *     the answer is lost</td><td>{@code
 *     OAuthTest.theRefreshTokenRotatesAndTheOldOneIsDeadAtOnceAndItsReuseCounted}, {@code
 *     OAuthTest.aTokenAnswerCutInTheMiddleHasKilledTheOldRefreshToken}</td></tr>
 * </table>
 *
 * <h2>Assumed</h2>
 *
 * A {@code limit} outside of 1 to 100 is a 400. {@code marcadores[]} and {@code marcadores} mean
 * the same, and ask for orders with any of the markers. {@code nomeCliente} is a part of the name
 * in any case. A deleted order's detail is 404. A call that is answered 404, 400 or 5xx costs
 * quota. When a call takes the last of a second's permits, the headers speak of the second. What
 * tokens tell is not known: here {@code sub} and {@code preferred_username} are the person who
 * logged in, and no claim is the company; they may be opaque instead. An account may have several
 * applications, with tokens of their own and one quota. A refresh token signed by an earlier run
 * with the same seed is good, so that the simulator may be restarted under a client that stores its
 * tokens; one that this run has exchanged is not, and is counted.
 *
 * <h2>When it fails</h2>
 *
 * An address in use stops {@code start()} with the setting to change. A defect in an endpoint is a
 * 500 and an error in the log. If living fails, {@code /health} turns 503 and the log says why.
 *
 * @see <a href="https://api-docs.erp.olist.com">the API's own documentation</a>
 */
@NullMarked
package dev.ordem.tiny.simulator;

import org.jspecify.annotations.NullMarked;
