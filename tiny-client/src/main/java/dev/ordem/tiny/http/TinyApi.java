package dev.ordem.tiny.http;

import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import retrofit2.Call;
import retrofit2.http.GET;
import retrofit2.http.Header;
import retrofit2.http.Path;
import retrofit2.http.Query;
import retrofit2.http.Streaming;
import retrofit2.http.Tag;

/** The two calls that Ordem makes, as Tiny documents them. Bodies are read elsewhere, bounded. */
public interface TinyApi {
  @Streaming
  @GET("ordem-servico")
  Call<ResponseBody> list(
      @Header("Authorization") String authorization,
      @Query("situacao") @Nullable Integer situacao,
      @Query("dataInicialEmissao") @Nullable String dataInicial,
      @Query("dataFinalEmissao") @Nullable String dataFinal,
      @Query("orderBy") String orderBy,
      @Query("limit") int limit,
      @Query("offset") long offset,
      @Tag RequestTag journey);

  @Streaming
  @GET("ordem-servico/{id}")
  Call<ResponseBody> detail(
      @Header("Authorization") String authorization, @Path("id") long id, @Tag RequestTag journey);
}
